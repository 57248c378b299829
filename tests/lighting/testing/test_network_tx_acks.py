"""Tx acks that are lost: the emulated network sends again (lorawan reference, 2.2)."""

from lighting.downlink.transport import GatewayAccepted, NetworkLog, Uplink
from tests.lighting.testing.radio_side import FALLBACK_50, NEAR, network, of_kind, run, send


def test_a_frame_whose_tx_ack_is_lost_is_aired_again_until_it_expires_and_heard_once() -> None:
    server = network(tx_ack_loss_share=1.0)
    run(server, 60)
    item = send(server, 60, life_s=22)
    events = run(server, 200)
    assert server.airtime[NEAR].frames == 4  # at once, 5 s after the echo, every 5 s from then on
    assert not of_kind(GatewayAccepted, events)
    assert [log.queue_item_id for log in of_kind(NetworkLog, events)] == [item]
    assert [up.payload for up in of_kind(Uplink, events) if up.f_port == 50] == [FALLBACK_50]


def test_after_an_item_that_expired_on_the_air_the_next_one_is_accepted_and_not_heard() -> None:
    """It has the same frame counter (seen with ChirpStack 4.20, as lighting/downlink tells)."""
    server = network(40, tx_ack_loss_share=0.5)
    run(server, 60)
    for device in range(40):
        send(server, 60, device=device, item=device, life_s=4)
    events = run(server, 100)
    unknown = {log.dev_eui for log in of_kind(NetworkLog, events) if log.code == "EXPIRED"}
    assert {up.dev_eui for up in of_kind(Uplink, events)} >= unknown
    for device in range(40):
        send(server, 100, device=device, item=100 + device, payload=b"\x25\x19", life_s=4)
    accepted = {each.dev_eui for each in of_kind(GatewayAccepted, run(server, 140))}
    levels = {device: lantern.level for device, lantern in server.lanterns.items()}
    assert unknown & accepted
    assert {levels[device] for device in unknown & accepted} == {50}
    assert {levels[device] for device in accepted - unknown} == {25}
