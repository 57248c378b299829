"""Registering devices: what a person on a pavement meets, and a network server that fails."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from firmware_profiles.devices.device import SocketStandard
from firmware_profiles.devices.library import device_for
from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.errors import NotFoundError, RefusedError
from lighting.inventory.needs import Place
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.socket_errors import FitRefusedError
from lighting.operations.commissionings import Errand, NewCommissioning, Seat, retry_at
from lighting.operations.controller import Office
from lighting.operations.nearby import lanterns_near
from lighting.operations.register_asked import prepare
from lighting.registration.commissioning import State
from lighting.registration.device_server import KnownDevice
from lighting.registration.errors import DeviceTakenError, LabelError, ServerRefusedError
from lighting.registration.keys import RootKeys
from lighting.sensing.add_on import ImportedModel
from tests.contracts.device_desk import (
    APP_KEY,
    CLASS_A,
    NODE,
    NOON,
    STREET,
    Desk,
    dev,
    lantern_id,
)

LABEL = "LW:D0:1122334455667788:70B3D57ED0000001:02590001:SXC1234"
"""TR005 with VendorID 0x0259 = 601, which is Milesight's in the index of lorawan-devices."""


def known(desk: Desk, number: int, application: str, profile: str = NODE) -> None:
    """Let the network server have a device already."""
    desk.server.devices[dev(number)] = KnownDevice(
        dev_eui=dev(number),
        name="somebody's",
        application_id=application,
        application=desk.server.applications[application],
        profile_id=profile,
        enabled=False,
    )


async def test_a_label_says_the_device_its_maker_and_the_models_it_may_be(desk: Desk) -> None:
    looked = await desk.office.scanner.look(LABEL)
    assert (looked.dev_eui, looked.join_eui) == (dev(1), "1122334455667788")
    assert (looked.serial, looked.maker, looked.known) == ("XC1234", "Milesight", None)
    assert {each.device_id for each in looked.models} >= {"milesight-em300-th"}


async def test_what_was_registered_with_such_a_label_is_suggested_first(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(2, on=0, label="02590001"))
    looked = await desk.office.scanner.look(LABEL)
    assert looked.models[0].device_id == "nas-ul2020"
    assert "registered before" in looked.models[0].why


async def test_a_device_that_is_known_is_told_with_place_and_state(desk: Desk) -> None:
    await desk.office.registration.register(desk.node(1, on=2))
    looked = await desk.office.scanner.look("70-B3-D5-7E-D0-00-00-01")
    assert looked.known is not None
    assert (looked.known.state, looked.where) == (State.REGISTERED, "lantern leeds:2")


@pytest.mark.parametrize(
    "text",
    [
        f"70B3D57ED0000001 {APP_KEY}",
        f"https://maker.example/d?k={APP_KEY}",
        f"{'x' * 60}{APP_KEY}",
        "LW:D0:1122334455667788:70B3D57ED0000001:02590001:Osecret-token::",
    ],
)
async def test_a_label_that_holds_a_secret_is_not_repeated(desk: Desk, text: str) -> None:
    with pytest.raises(LabelError) as told:
        await desk.office.scanner.look(text)
    assert APP_KEY[:8] not in str(told.value)
    assert "secret-token" not in str(told.value)


async def test_nearest_lanterns_come_with_distances_and_what_is_possible(desk: Desk) -> None:
    here = Place(latitude_deg=53.8, longitude_deg=-1.55 + 0.00005)
    near = await lanterns_near(
        desk.office.surroundings, desk.sockets, here, accuracy_m=5.0, device_id="nas-ul2020"
    )
    assert [each.lantern_id for each in near] == [lantern_id(n) for n in range(4)]
    # 0.00005 degrees of longitude at 53.8 degrees north: 0.00005 x 111,320 m x cos(53.8) = 3.3 m
    assert near[0].distance_m == pytest.approx(3.3, abs=0.1)
    assert [each.possible for each in near] == [True, False, False, False]
    assert near[0].fits[0].fits
    assert "nothing was checked" in near[0].fits[0].caveats[0]
    await desk.office.registration.register(desk.node(1, on=0))
    taken = await lanterns_near(
        desk.office.surroundings, desk.sockets, here, device_id="nas-ul2020"
    )
    assert not taken[0].fits[0].fits
    assert f"answers to node {dev(1)}" in taken[0].fits[0].reasons[0].text


@pytest.mark.parametrize(("latitude", "accuracy"), [(91.0, 5.0), (53.8, 5000.0), (53.8, -1.0)])
async def test_a_place_that_finds_no_column_is_refused(
    desk: Desk, latitude: float, accuracy: float
) -> None:
    here = Place(latitude_deg=latitude, longitude_deg=0.0)
    with pytest.raises(RefusedError):
        await lanterns_near(desk.office.surroundings, desk.sockets, here, accuracy_m=accuracy)


async def test_far_from_every_lantern_there_is_none(desk: Desk) -> None:
    here = Place(latitude_deg=10.0, longitude_deg=10.0)
    assert await lanterns_near(desk.office.surroundings, desk.sockets, here) == []


async def test_a_device_of_another_application_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    known(desk, 1, "water")
    with pytest.raises(DeviceTakenError, match="application 'Water meters' as \"somebody's\""):
        await desk.office.registration.register(desk.node(1, on=0))
    assert await desk.store.waiting() == []
    assert await desk.nodes.nodes() == []


async def test_a_device_of_another_tenant_is_kept_as_failed_with_the_reason(desk: Desk) -> None:
    desk.server.hidden.add(dev(1))
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert (made.state, made.pending.next_try_at) == (State.FAILED, None)
    assert "another tenant" in made.pending.problem
    await desk.office.commissioner.tend(NOON + timedelta(days=1))  # nobody asks in vain again
    desk.server.hidden.clear()
    again = await desk.office.registration.register(desk.node(1, on=0))
    assert (again.state, again.pending.errand) == (State.REGISTERED, Errand.NONE)


async def test_a_device_that_our_application_has_already_is_taken_over(desk: Desk) -> None:
    known(desk, 1, STREET)
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert made.state is State.REGISTERED
    assert "taken over" in made.steps[-1].note
    there = desk.server.devices[dev(1)]
    assert (there.enabled, there.name) == (True, lantern_id(0))
    assert dev(1) in desk.server.keys


async def test_one_with_another_device_profile_is_refused(desk: Desk) -> None:
    known(desk, 1, STREET, CLASS_A)
    with pytest.raises(ServerRefusedError, match="device profile profile-a and not profile-c"):
        await desk.office.registration.register(desk.node(1, on=0))


async def test_a_server_that_is_away_is_told_later(desk: Desk) -> None:
    desk.server.down = True
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert (made.state, made.keys_held) == (State.FITTED, True)
    assert "is down" in made.pending.problem
    desk.server.down = False
    await desk.office.commissioner.tend(NOON)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.FITTED  # it is not due yet
    desk.clock.at = retry_at(NOON, 1)
    await desk.office.commissioner.tend(desk.clock.at)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert (there.state, there.keys_held, there.pending.problem) == (State.REGISTERED, False, "")


async def test_a_crash_between_database_and_server_is_finished_by_anybody(desk: Desk) -> None:
    """As if killed: the errand was written, and never run."""
    new, seat = await _prepared(desk)
    await desk.store.begin(new, seat)
    desk.clock.at = NOON + timedelta(minutes=2)
    await desk.office.commissioner.tend(desk.clock.at)
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.REGISTERED


async def test_a_crash_after_the_server_has_created_it_is_finished_too(desk: Desk) -> None:
    new, seat = await _prepared(desk)
    begun = await desk.store.begin(new, seat)
    await desk.office.registration.teller._tell(begun.commissioned)  # noqa: SLF001 - and then dies
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert (made.state, made.pending.errand) == (State.REGISTERED, Errand.NONE)
    assert len(desk.server.devices) == 1


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("town.db*"))


async def _prepared(desk: Desk) -> tuple[NewCommissioning, Seat | None]:
    rules = await desk.office.registration.rules()
    return prepare(desk.node(1, on=0), rules, at=desk.clock.now())


def test_pauses_double_up_to_half_an_hour() -> None:
    waits = [(retry_at(NOON, tries) - NOON).total_seconds() for tries in (1, 2, 3, 7, 100)]
    assert waits == [30, 60, 120, 1800, 1800]


async def test_keys_of_another_lorawan_version_are_refused_by_the_server(desk: Desk) -> None:
    both = RootKeys.from_hex(APP_KEY, APP_KEY[::-1])
    made = await desk.office.registration.register(desk.node(1, on=0, keys=both))
    assert made.state is State.FAILED
    assert "give the AppKey alone" in made.pending.problem
    right = await desk.office.registration.register(desk.node(1, on=0))
    assert right.state is State.REGISTERED


async def test_keys_are_not_in_the_database_file_in_clear(desk: Desk, tmp_path: Path) -> None:
    desk.server.down = True
    await desk.office.registration.register(desk.node(1, on=0))
    files = _bytes_of(tmp_path)
    assert dev(1).encode() in files
    assert bytes.fromhex(APP_KEY) not in files
    assert APP_KEY.encode() not in files.upper()


async def test_keys_are_kept_sealed_where_the_settings_say_so(office: Office) -> None:
    desk = Desk(office.stores.database, keep_keys=True)  # type: ignore[arg-type]  # as above
    await desk.hang(1)
    made = await desk.office.registration.register(desk.node(1, on=0))
    assert (made.state, made.keys_held) == (State.REGISTERED, True)


async def test_a_model_that_plugs_in_needs_a_socket_on_record_unless_it_is_a_node(
    desk: Desk,
) -> None:
    await desk.hang(4, sockets=True)
    with pytest.raises(FitRefusedError, match="not provable"):
        await desk.office.registration.register(desk.node(1, on=0))
    sure = Acceptance(by="ann", reason="weighed it: 160 g")
    made = await desk.office.registration.register(desk.node(1, on=0, acceptance=sure))
    assert made.socket_id == "leeds:0/top"


async def test_without_a_network_server_people_register_there_by_hand(office: Office) -> None:
    desk = Desk(office.stores.database)  # type: ignore[arg-type]  # as above
    await desk.hang(1)
    registration = office.devices.registration
    with pytest.raises(RefusedError, match="give the application"):
        await registration.register(desk.node(1, on=0, keys=None))
    made = await registration.register(desk.node(1, on=0, keys=None, application_id="street"))
    assert made.state is State.REGISTERED
    assert "by hand" in made.steps[-1].note


async def test_who_is_asked_for_and_a_retry_of_nothing_is_told(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="say who registers it"):
        await desk.office.registration.register(desk.node(1, on=0, by=" "))
    with pytest.raises(NotFoundError):
        await desk.office.registration.retry(dev(1))
    with pytest.raises(RefusedError, match="cannot be swapped for itself"):
        await desk.office.registration.swap(dev(1), desk.node(1, on=None), reason="dead")


@pytest.mark.parametrize("name", ["by", "serial", "owner", "permit", "photo", "application_id"])
async def test_texts_that_would_garble_a_terminal_are_refused_though_nothing_is_fitted(
    desk: Desk, name: str
) -> None:
    asked = desk.node(1, on=None, **{name: "\x1b[2J"})
    with pytest.raises(RefusedError, match=f"^{name} .* has control characters"):
        await desk.office.registration.register(asked)
    with pytest.raises(RefusedError, match="has control characters"):
        await desk.office.registration.remove(dev(1), by="ann", reason="a\nb")


async def test_a_model_that_another_process_imports_anew_is_judged_as_it_is_now(
    desk: Desk,
) -> None:
    """First it is said to be clamped to the column, then to plug into the lantern's socket."""
    await desk.hang(1, sockets=True)
    other = SqlAddOnStore(desk.database)
    there = device_for("milesight-em300-th")
    measures = tuple(replace(each, field=each.quantity) for each in there.measures)
    clamped = replace(there, device_id="acme-one", codec="javascript", measures=measures)
    plugged = replace(clamped, fits=(SocketStandard.NEMA7,))
    verdicts = []
    for minutes, model in enumerate((clamped, plugged)):
        at = NOON + timedelta(minutes=minutes)
        await other.put_model(
            ImportedModel(model=model, source="", imported_at=at, imported_by="ann")
        )
        checked = await desk.sockets.check(lantern_id(0), "acme-one", position=None)
        verdicts.append(checked.fit.place)
    assert verdicts == ["the column of leeds:0", "leeds:0/top"]
