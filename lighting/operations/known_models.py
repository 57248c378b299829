"""The catalogue as this process knows it: the models that ship, and those that people imported."""

from datetime import datetime

from firmware_profiles.devices.device import DeviceModel
from firmware_profiles.devices.library import all_devices
from lighting.sensing.add_on import AddOnStore


class KnownModels:
    """Models by id in ``catalogue``, which ``refresh`` keeps as the database has them."""

    def __init__(self, store: AddOnStore) -> None:
        self._store = store
        self._imported: dict[str, datetime] = {}
        self.catalogue: dict[str, DeviceModel] = {each.device_id: each for each in all_devices()}

    async def refresh(self) -> None:
        """Learn the models that were imported, or imported anew, by whatever process.

        Raises:
            StoreError: the database could not be read.
        """
        for model_id, imported_at in (await self._store.model_times()).items():
            if self._imported.get(model_id) == imported_at:
                continue
            found = await self._store.find_model(model_id)
            if found is not None:
                self.catalogue[model_id] = found.model
                self._imported[model_id] = found.imported_at
