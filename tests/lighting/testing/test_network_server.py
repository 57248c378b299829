"""The emulated network behaves as ChirpStack's source says it does (lorawan reference, 2.2)."""

import json
from itertools import pairwise
from uuid import UUID

import pytest

from lighting.downlink.transport import (
    Acked,
    GatewayAccepted,
    Joined,
    NetworkLog,
    Uplink,
)
from lighting.testing.lantern_spec import Faults
from tests.lighting.testing.radio_side import (
    FALLBACK_50,
    NEAR,
    START_S,
    eui,
    network,
    of_kind,
    run,
    send,
)


def test_a_node_joins_with_its_first_uplink_and_says_who_it_is() -> None:
    events = run(network(), 30)
    assert isinstance(events[0], Joined)
    uplinks = of_kind(Uplink, events)
    assert [uplink.f_port for uplink in uplinks[:2]] == [99, 23]
    assert [uplink.f_cnt for uplink in uplinks[:2]] == [0, 1]
    assert uplinks[0].gateway_id == NEAR


def test_a_downlink_is_accepted_by_a_gateway_and_then_echoed_by_the_node() -> None:
    server = network()
    run(server, 60)
    item = send(server, 60)
    events = run(server, 90)
    accepted, echo = events[0], events[1]
    assert isinstance(accepted, GatewayAccepted)
    assert (accepted.queue_item_id, accepted.gateway_id, accepted.spreading) == (item, NEAR, 9)
    assert isinstance(echo, Uplink)
    assert (echo.f_port, echo.payload) == (50, FALLBACK_50)
    assert server.lanterns[eui(0)].level == 50


def test_nothing_is_sent_to_a_node_before_its_first_uplink() -> None:
    server = network(start_spread_s=1000)
    send(server, 0, life_s=5000)
    events = run(server, 2000)
    kinds = [type(event) for event in events]
    assert kinds.index(Uplink) < kinds.index(GatewayAccepted)


def test_a_node_gets_one_downlink_in_five_seconds() -> None:
    server = network()
    run(server, 60)
    for item in range(4):
        send(server, 60, item=item)
    times = [event.at.timestamp() for event in of_kind(GatewayAccepted, run(server, 200))]
    assert len(times) == 4
    assert min(b - a for a, b in pairwise(times)) >= 5


def test_a_poll_serves_no_more_devices_than_the_batch_size() -> None:
    server = network(30, devices_a_second=10, spreading=7)
    run(server, 60)
    for device in range(30):
        send(server, 60, device=device, item=device)
    events = of_kind(GatewayAccepted, run(server, 100))
    seconds = [event.at.replace(microsecond=0) for event in events]
    assert len(events) == 30
    assert max(seconds.count(second) for second in seconds) <= 10


def test_an_expired_item_is_dropped_with_a_log_that_names_it() -> None:
    server = network(start_spread_s=1000)
    item = send(server, 0, life_s=0.5)
    [log] = of_kind(NetworkLog, run(server, 2000))
    assert (log.code, log.queue_item_id) == ("EXPIRED", item)


def test_an_item_too_long_for_the_data_rate_is_dropped_with_a_log_that_names_it() -> None:
    server = network(spreading=12)
    run(server, 60)
    item = send(server, 60, payload=bytes(52))
    [log] = of_kind(NetworkLog, run(server, 200))
    assert (log.code, log.queue_item_id) == ("DOWNLINK_PAYLOAD_SIZE", item)


def test_a_refused_item_is_not_named_and_tried_again_until_it_expires() -> None:
    server = network(refusal_share=1.0)
    run(server, 60)
    item = send(server, 60, life_s=22)
    logs = of_kind(NetworkLog, run(server, 200))
    assert [log.code for log in logs] == ["DOWNLINK_GATEWAY"] * 5 + ["EXPIRED"]
    assert [log.queue_item_id for log in logs] == [None] * 5 + [item]


def test_a_gateway_booked_too_far_ahead_answers_too_late() -> None:
    server = network(20, spreading=12)
    run(server, 60)
    for device in range(20):
        send(server, 60, device=device, item=device, life_s=600)
    logs = of_kind(NetworkLog, run(server, 600))
    assert {log.description for log in logs} == {"TOO_LATE"}
    assert all(node.level == 50 for node in server.lanterns.values())


def test_a_gateway_that_enforces_the_duty_cycle_refuses_beyond_it() -> None:
    server = network(350, spreading=12, enforce_duty_cycle=True, start_spread_s=30)
    run(server, 100)
    for device in range(350):
        send(server, 100, device=device, item=device, life_s=3000)
    logs = of_kind(NetworkLog, run(server, 3400))
    assert "DUTY_CYCLE_OVERFLOW" in {log.description for log in logs}
    assert server.airtime[NEAR].worst_share <= 0.10


def test_a_confirmed_downlink_is_acknowledged() -> None:
    server = network()
    run(server, 60)
    item = send(server, 60, confirmed=True)
    [ack] = of_kind(Acked, run(server, 200))
    assert (ack.queue_item_id, ack.acknowledged) == (item, True)


def test_a_confirmed_downlink_that_is_lost_ends_unacknowledged_and_is_not_sent_again() -> None:
    server = network(downlink_loss_share=1.0)
    run(server, 60)
    send(server, 60, confirmed=True)
    events = run(server, 200)
    assert [ack.acknowledged for ack in of_kind(Acked, events)] == [False]
    assert len(of_kind(GatewayAccepted, events)) == 1


def test_a_dead_node_is_accepted_for_but_never_echoes() -> None:
    server = network(faults=Faults(dead_from_s=START_S + 60))
    run(server, 60)
    send(server, 61)
    events = run(server, 5000)
    assert [type(event) for event in events] == [GatewayAccepted]


def test_a_node_that_rejoins_is_announced_again_with_a_new_count() -> None:
    server = network(faults=Faults(rejoins_s=START_S + 1000))
    events = run(server, 1100)
    assert len(of_kind(Joined, events)) == 2
    assert of_kind(Uplink, events)[-1].f_cnt < 3


def test_lost_uplinks_still_count() -> None:
    server = network(20, uplink_loss_share=0.5)
    uplinks = of_kind(Uplink, run(server, 4 * 3600))
    latest = {uplink.dev_eui: uplink.f_cnt for uplink in uplinks}
    assert 0 < len(uplinks) < sum(count + 1 for count in latest.values())


def test_duplicates_are_byte_for_byte_the_same() -> None:
    server = network(duplicate_share=1.0)
    said = server.advance(START_S + 60)
    assert said[0::2] == said[1::2]


def test_disorder_moves_messages_but_loses_none() -> None:
    calm, wild = network(10), network(10, disorder_share=0.5)
    in_order = [event.at for event in run(calm, 600)]
    mixed = [event.at for event in run(wild, 600)]
    assert in_order == sorted(in_order)
    assert mixed != sorted(mixed)


@pytest.mark.parametrize(
    ("topic", "body", "reason"),
    [
        ("application/lights/device/{eui}/command/up", {}, "unknown command type"),
        ("application/lights/device/{eui}/command/down", [], "Expected `object`"),
        ("application/lights/device/{eui}/command/down", {"data": "x"}, "base64"),
        ("application/other/device/{eui}/command/down", {}, "does not exist"),
        ("application/lights/device/{eui}/command/down", {"devEui": "0" * 16}, "differ"),
        ("application/lights/device/{eui}/command/down", {"fPort": 0}, "1 - 255"),
        ("application/lights/device/{eui}/command/down", {"id": "17"}, "UUID"),
    ],
)
def test_a_bad_command_is_dropped_with_a_line_in_the_servers_own_log(
    topic: str, body: object, reason: str
) -> None:
    good = {"id": str(UUID(int=1)), "devEui": eui(0), "fPort": 50, "data": "JTI="}
    whole = {**good, **body} if isinstance(body, dict) else body
    server = network()
    server.command(topic.format(eui=eui(0)), json.dumps(whole).encode(), START_S)
    assert any(reason in line for line in server.refused), server.refused
    assert run(server, 5)


def test_the_same_item_twice_in_the_queue_is_refused() -> None:
    server = network()
    send(server, 0)
    send(server, 0)
    assert server.refused == {"queue item exists already": 1}


def test_a_day_of_every_trouble_at_once_stops_nothing() -> None:
    server = network(
        20,
        downlink_loss_share=0.1,
        uplink_loss_share=0.1,
        refusal_share=0.1,
        duplicate_share=0.1,
        disorder_share=0.1,
    )
    run(server, 60)
    for hour in range(24):
        for device in range(20):
            send(server, 60 + 3600 * hour, device=device, item=100 * hour + device)
        run(server, 60 + 3600 * (hour + 1))
    assert all(node.level == 50 for node in server.lanterns.values())
