"""The catalogue that ships: every document is sound, and every use has a device that can be read.

Figures are checked against the sources that the documents cite.
"""

import pytest

from firmware_profiles.devices.device import DeviceModel, SocketStandard, Supply, Use
from firmware_profiles.devices.device_text import device_from_text, device_text
from firmware_profiles.devices.library import all_devices, device_for, devices_for
from firmware_profiles.errors import UnknownDeviceError
from tests.firmware_profiles.addons.vectors import PUBLISHED

EIGHT_USES = [use for use in Use if use is not Use.LIGHTING]
MEASURED = {vector.codec_id for vector in PUBLISHED if vector.measurements}


def _id(model: DeviceModel) -> str:
    return model.device_id


def test_there_are_eight_uses_of_the_city_programme() -> None:
    assert len(EIGHT_USES) == 8


@pytest.mark.parametrize("use", EIGHT_USES)
def test_each_use_of_the_city_has_a_device_with_published_vectors(use: Use) -> None:
    assert [model.device_id for model in devices_for(use) if model.codec in MEASURED]


def test_lighting_has_nodes_that_are_read_on_nema_and_on_zhaga() -> None:
    nodes = [model for model in devices_for(Use.LIGHTING) if model.firmware_profile]
    sockets = {socket for node in nodes for socket in node.fits}
    assert {SocketStandard.NEMA7, SocketStandard.ZHAGA_2} <= sockets


@pytest.mark.parametrize("model", all_devices(), ids=_id)
def test_a_device_cites_its_sources_and_reads_back_from_its_own_text(model: DeviceModel) -> None:
    assert all(model.sources)
    assert device_from_text(device_text(model), document="again") == model


@pytest.mark.parametrize("model", all_devices(), ids=_id)
def test_what_a_codec_gives_is_what_its_device_declares(model: DeviceModel) -> None:
    declared = {row.quantity for row in model.measures}
    vectors = [vector for vector in PUBLISHED if model.codec == vector.codec_id]
    given = {each.quantity for vector in vectors for each in vector.measurements}
    assert given <= declared


@pytest.mark.parametrize("model", all_devices(), ids=_id)
def test_what_no_source_states_is_marked(model: DeviceModel) -> None:
    """Zhaga's mass limit, mounting and the edition of Book 18 are gaps of the device reference."""
    assert model.orientation == "" or "orientation" in model.unverified
    zhaga = any(socket.value.startswith("zhaga") for socket in model.fits)
    assert not zhaga or "fits" in model.unverified
    assert model.d4i_type == ""
    assert model.uplink_interval_s is None


def test_figures_are_those_of_the_sources() -> None:
    """TheThingsNetwork/lorawan-devices (weights), NAS data sheet UL2002, ELKO manual 02-37/2019."""
    masses = {model.device_id: model.mass_g for model in all_devices() if model.mass_g}
    assert masses == {
        "decentlab-dl-cws": 1800,
        "decentlab-dl-itst": 460,
        "decentlab-dl-pm": 400,
        "nas-ul2002": 99,
        "parametric-pcr2-ods": 195,
        "uradmonitor-industrial": 210,
    }
    powers = {model.device_id: model.power.average_w for model in all_devices()}
    assert powers["elko-airslc-100l-nema"] == 3.5
    assert powers["nas-ul2030"] is None


def test_who_senses_people_says_so() -> None:
    people = {model.device_id for model in all_devices() if model.people}
    assert people == {"milesight-vs133", "milesight-ws202", "parametric-pcr2-ods"}


def test_a_node_whose_payload_is_private_can_be_fitted_but_not_read() -> None:
    flashnet = device_for("flashnet-fre24-zhaga")
    assert flashnet.power.supply is Supply.AUX_24V
    assert (flashnet.firmware_profile, flashnet.codec) == ("", "")


def test_an_unknown_device_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownDeviceError, match="no device 'nosuch' in the catalogue; known: acr"):
        device_for("nosuch")
