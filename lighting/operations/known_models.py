"""The catalogue as this process knows it: the models that ship, and those that people imported."""

from collections.abc import Collection

from firmware_profiles.devices.device import DeviceModel
from firmware_profiles.devices.library import all_devices
from lighting.sensing.add_on import AddOnStore


class KnownModels:
    """Models by id in ``catalogue``, which grows when another process has imported one.

    A model that is imported anew under its old id is read again when the process starts.
    """

    def __init__(self, store: AddOnStore) -> None:
        self._store = store
        self.catalogue: dict[str, DeviceModel] = {each.device_id: each for each in all_devices()}

    async def load(self) -> None:
        """Learn every imported model.

        Raises:
            StoreError: the database could not be read.
        """
        for each in await self._store.models():
            self.catalogue[each.model.device_id] = each.model

    async def learn(self, device_ids: Collection[str]) -> None:
        """Learn these models, where they are not known; those that nobody imported stay unknown.

        Raises:
            StoreError: the database could not be read.
        """
        for device_id in set(device_ids) - set(self.catalogue):
            found = await self._store.find_model(device_id)
            if found is not None:
                self.catalogue[device_id] = found.model
