"""Topic templates: what the settings of a network server may say.

Which signs a topic may hold and what a wildcard stands for: MQTT 5.0, 1.5.4 and 4.7.1.
"""

import pytest

from lighting.downlink.topics import COMMAND_PLACES, EVENT_PLACES, checked_template


@pytest.mark.parametrize(
    "template",
    [
        # ChirpStack v4's own default, in our braces (its integration.mqtt.event_topic)
        "application/{application_id}/device/{dev_eui}/event/{event}",
        "{event}/{dev_eui}/{application_id}",
        "/city of Leeds/{application_id}//{dev_eui}/chirpstack-{event}",
    ],
)
def test_a_template_with_each_place_once_is_taken_as_it_is(template: str) -> None:
    assert checked_template(template, EVENT_PLACES) == template


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("", "places are wrong"),
        ("{", "places are wrong"),
        ("}{", "places are wrong"),
        ("application/{application_id}/down", "places are wrong"),
        ("{application_id}/{dev_eui}/{dev_eui}", "places are wrong"),
        ("{application_id}/{dev_eui}/{event}", "places are wrong"),
        ("{application_id}/{devEui}", "places are wrong"),
        ("{application_id}/{dev_eui}/{}", "places are wrong"),
        ("{application_id}/{dev_eui}/{0}", "places are wrong"),
        ("{application_id}/{dev_eui!r}", "places are wrong"),
        ("{application_id}/{dev_eui:>20}", "places are wrong"),
        ("{application_id}/{dev_eui.x}", "places are wrong"),
        ("{{application_id}}/{{dev_eui}}", "places are wrong"),  # as ChirpStack writes them
        ("{application_id}/{dev_eui}/+", "neither + nor #"),
        ("{application_id}/{dev_eui}/#", "neither + nor #"),
        ("{application_id}/{dev_eui}/\0", "neither + nor #"),
        ("{application_id}/node-{dev_eui}", "'node-{dev_eui}' a place shares its level"),
        ("{application_id}{dev_eui}", "a place shares its level"),
    ],
)
def test_another_template_is_refused_with_what_is_allowed(template: str, told: str) -> None:
    with pytest.raises(ValueError, match="allowed is a topic with each of") as caught:
        checked_template(template, COMMAND_PLACES)
    assert told in str(caught.value)
    assert "{application_id}, {dev_eui} once" in str(caught.value)


def test_the_event_may_share_its_level_but_with_no_other_place() -> None:
    with pytest.raises(ValueError, match="shares its level"):
        checked_template("{application_id}/{event}{dev_eui}", EVENT_PLACES)
