"""The desk as the settings make it: nothing is connected, and what is missing is told at once."""

from pathlib import Path

import pytest

from lighting.adapters.chirpstack_devices import ChirpStackDevices
from lighting.adapters.device_desk import DeskSettings, open_desk
from lighting.adapters.things_stack import ThingsStackDevices
from lighting.errors import RefusedError
from tests.lighting.registration.test_server_plan import CHIRPSTACK, THINGS_STACK


async def test_without_a_file_devices_are_registered_by_hand() -> None:
    async with open_desk(DeskSettings()) as desk:
        assert (desk.server, desk.plan, desk.keep_keys) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "kind"), [(CHIRPSTACK, ChirpStackDevices), (THINGS_STACK, ThingsStackDevices)]
)
async def test_a_file_opens_its_kind_of_server(tmp_path: Path, text: str, kind: type) -> None:
    path = tmp_path / "server.toml"
    path.write_text(text, encoding="utf-8")
    async with open_desk(DeskSettings(plan=path, token="secret-token")) as desk:  # noqa: S106 - a test's
        assert isinstance(desk.server, kind)
        assert "secret-token" not in repr(desk)


async def test_a_token_or_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "server.toml"
    path.write_text(CHIRPSTACK, encoding="utf-8")
    with pytest.raises(RefusedError, match="LAMPLIGHTER_DEVICE_SERVER_TOKEN"):
        async with open_desk(DeskSettings(plan=path)):
            pass
    with pytest.raises(RefusedError, match="cannot be read"):
        async with open_desk(DeskSettings(plan=tmp_path / "none.toml", token="t")):  # noqa: S106 - same
            pass


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_a_ca_that_is_no_certificate_is_told_before_a_server_is_asked(
    tmp_path: Path, content: str | None
) -> None:
    path, authority = tmp_path / "server.toml", tmp_path / "ca.pem"
    if content:
        authority.write_text(content, encoding="utf-8")
    path.write_text(f'tls_ca = "{authority}"\n{CHIRPSTACK}', encoding="utf-8")
    with pytest.raises(RefusedError, match=r"tls_ca in .* holds no certificate that can be read"):
        async with open_desk(DeskSettings(plan=path, token="t")):  # noqa: S106 - a test's
            pass
