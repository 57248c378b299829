"""The alerts file: channels and reports; what is wrong is told, and no secret with it."""

from datetime import time
from pathlib import Path

import pytest

from firmware_profiles.devices.device import Use
from lighting.adapters.delivery.settings_text import (
    AlertsFile,
    parse_alerts_file,
    read_alerts_file,
)
from lighting.errors import RefusedError
from lighting.faults.kinds import Confidence
from lighting.faults.telling import FaultChannel, FaultTelling
from lighting.sensing.alerts.areas import ServiceArea
from lighting.sensing.alerts.share import Share

README = Path(__file__).parents[4] / "lighting" / "sensing" / "alerts" / "README.md"
EXAMPLE = (
    README.read_text()
    .partition("```toml\n")[2]
    .partition("```")[0]
    .replace('"whsec_..."', '"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"')
)


def test_the_example_is_read() -> None:
    settings, has_secrets = parse_alerts_file(EXAMPLE, document="alerts.toml")
    telling = settings.telling
    assert settings.faults == FaultTelling(
        channels=(
            FaultChannel(name="assets", documents=100),
            FaultChannel(name="winter-desk", documents=None),
        ),
        least=Confidence.HIGH,
    )
    assert telling.shares == {
        "winter-desk": Share(alerts_an_hour=20, documents=None),
        "assets": Share(alerts_an_hour=600, documents=100),
        "log": Share(alerts_an_hour=600, documents=200),
    }
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
    assert read_alerts_file(None) == AlertsFile()


def test_a_file_with_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(EXAMPLE)
    path.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        read_alerts_file(path)
    path.chmod(0o600)
    assert len(read_alerts_file(path).telling.channels) == 3


def test_a_file_without_secrets_may_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text('[channels.log]\nkind = "file"\npath = "a"\n')
    path.chmod(0o644)
    assert list(read_alerts_file(path).telling.channels) == ["log"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be read"):
        read_alerts_file(tmp_path / "none.toml")


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
        ("a = 1", "a: is no part of this file; allowed: channels, reports, faults"),
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
        ("[faults]\ntell = ['x']", "faults.tell: no channel 'x'; channels: none is named"),
        ("[faults]\ntell = []", "faults.tell: "),
        ("[faults]\nkinds = ['lamp']", "faults.kinds.0: "),
        ("faults = 1", "faults: "),
        (MAIL + "alerts_an_hour = 0", "channels.c.alerts_an_hour: "),
        (MAIL + "documents = 9", "channels.c.documents: Extra inputs"),
        (HOOK + "documents = 5001", "channels.c.documents: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_alerts_file(text, document="alerts.toml")
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "MfKQ9r8" not in str(caught.value)
