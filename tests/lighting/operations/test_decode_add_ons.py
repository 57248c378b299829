"""Decoding add-ons' frames: one bad codec or unknown model holds nobody up."""

from lighting.operations.controller import Office
from lighting.operations.decode_add_ons import LIMITS_MAX, AddOnDecoder, Frame
from lighting.sensing.add_on import ImportedModel
from tests.lighting.operations.scripted import CODEC, MODEL
from tests.lighting.operations.town import MORNING


async def test_a_codec_that_never_ends_holds_up_a_batch_only_so_often(office: Office) -> None:
    imported = ImportedModel(model=MODEL, source=CODEC, imported_at=MORNING, imported_by="me")
    await office.stores.add_ons.put_model(imported)
    decoder = AddOnDecoder(office.stores.add_ons)
    frames = [
        Frame(model_id="acme-level", f_port=1, payload=b"\xfe", heard_at=MORNING)
        for _ in range(LIMITS_MAX + 20)
    ]
    decoded = await decoder.decode(frames)
    decoder.close()
    assert all("its time is used up" in each.problem for each in decoded[:LIMITS_MAX])
    assert all("was not run" in each.problem for each in decoded[LIMITS_MAX:])


async def test_a_model_that_is_not_in_the_catalogue_is_said(office: Office) -> None:
    decoder = AddOnDecoder(office.stores.add_ons)
    frame = Frame(model_id="no-such", f_port=1, payload=b"\x00", heard_at=MORNING)
    assert [each.problem for each in await decoder.decode([frame])] == [
        "device model no-such is not in the catalogue"
    ]
    decoder.close()
