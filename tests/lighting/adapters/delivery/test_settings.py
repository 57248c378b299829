"""The alerts file: channels and reports; what is wrong is told, and no secret with it."""

from datetime import time
from pathlib import Path

import pytest

from firmware_profiles.devices.device import Use
from lighting.adapters.delivery.settings_text import parse_telling, read_telling
from lighting.errors import RefusedError
from lighting.sensing.alerts.areas import NOBODY, ServiceArea

README = Path(__file__).parents[4] / "lighting" / "sensing" / "alerts" / "README.md"
EXAMPLE = (
    README.read_text()
    .partition("```toml\n")[2]
    .partition("```")[0]
    .replace('"whsec_..."', '"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"')
)


def test_the_example_is_read() -> None:
    telling, has_secrets = parse_telling(EXAMPLE, document="alerts.toml")
    assert sorted(telling.channels) == ["assets", "log", "winter-desk"]
    assert has_secrets
    assert telling.areas == (
        ServiceArea(
            area_id="winter-service",
            title="Winter service",
            uses=frozenset({Use.ROAD_SURFACE}),
            rules=frozenset({"winter"}),
            at=time(7, 0),
            tell=("winter-desk",),
        ),
    )


def test_without_a_file_nobody_is_told() -> None:
    assert read_telling(None) == NOBODY


def test_a_file_with_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(EXAMPLE)
    path.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        read_telling(path)
    path.chmod(0o600)
    assert len(read_telling(path).channels) == 3


def test_a_file_without_secrets_may_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text('[channels.log]\nkind = "file"\npath = "a"\n')
    path.chmod(0o644)
    assert list(read_telling(path).channels) == ["log"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be read"):
        read_telling(tmp_path / "none.toml")


MAIL = """\
[channels.c]
kind = "email"
host = "mail.example"
username = "u"
password = "hunter2-hunter2"
sender = "a@b.example"
to = ["c@d.example"]
"""
HOOK = """\
[channels.c]
kind = "webhook"
url = "https://assets.example/hook"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""
REPORT = '[reports.r]\ntitle = "T"\nfaults = true\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1", "a: is no part of this file; allowed: channels, reports"),
        ("channels = 1", "channels: is not a table"),
        ("[channels.c]\nkind = 'fax'", "channels.c: Input tag 'fax'"),
        ("[channels.C]\nkind = 'file'", "channels: 'C' is no name"),
        ("[", "is not TOML"),
        (MAIL + 'security = "none"', "a password goes over starttls or tls only"),
        (MAIL.replace('username = "u"', ""), "username and password go together"),
        (MAIL.replace("c@d.example", "c@d.example\\nBcc: x@y"), "channels.c.to.0: not a plain"),
        (MAIL.replace("a@b.example", "A <a@b.example>"), "channels.c.sender: not a plain"),
        (MAIL + "port = 0", "channels.c.port"),
        (MAIL + "prot = 25", "channels.c.prot: Extra inputs"),
        (HOOK.replace("https:", "file:"), "channels.c.url: not a URL such as"),
        (HOOK.replace("https:", "gopher:"), "channels.c.url: not a URL such as"),
        (HOOK.replace("assets.example", "u:p@assets.example"), "holds a password"),
        (HOOK.replace("assets.example", ""), "channels.c.url: not a URL such as"),
        (HOOK.replace("/hook", "/ho ok"), "channels.c.url: not a URL such as"),
        (HOOK.replace("LaLaSw", "!!!!!!"), "channels.c.secret: a webhook's secret"),
        (REPORT + "at = '7:00'", "reports.r.at: not a time of the day"),
        (REPORT + "at = '24:00'", "reports.r.at: not a time of the day"),
        (REPORT + "tell = ['x']", "reports.r.tell: no channel 'x'; channels: none is named"),
        ("[reports.r]\ntitle = 'T'", "tells of nothing"),
        (REPORT + "uses = ['ice']", "reports.r.uses.0"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_telling(text, document="alerts.toml")
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "MfKQ9r8" not in str(caught.value)
