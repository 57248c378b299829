"""When to try again and when to give up. Pure: takes times, returns times."""

from datetime import datetime, timedelta

from lighting.downlink.order import Rank

REPLY_WAIT = timedelta(seconds=35)
"""How long an in-flight order waits for proof. Through a real ChirpStack, emulated NAS nodes took
3.6 s (median) to 7.4 s (longest of 450) from sending to echo, and ChirpStack forgets a frame after
30 s. Longer would keep an emergency waiting behind a lost frame."""

FIRST_BACK_OFF = timedelta(minutes=2)
BACK_OFF_MAX = timedelta(hours=4)

EMERGENCY_BACK_OFF_MAX = timedelta(minutes=2)
"""An emergency is tried every two minutes at most: it is worth the air time."""


def back_off(attempts: int, rank: Rank) -> timedelta:
    """Return how long to wait before the next try, after ``attempts`` tries (at least one).

    Doubles from two minutes; the node's own reports shorten it (a node that is heard from is
    tried at once).
    """
    longest = EMERGENCY_BACK_OFF_MAX if rank is Rank.EMERGENCY else BACK_OFF_MAX
    doublings = min(max(attempts - 1, 0), 16)  # 2**16 x 2 min is past any limit
    return min(FIRST_BACK_OFF * (1 << doublings), longest)


def network_expiry(sent_at: datetime, expires_at: datetime) -> datetime:
    """Return the ``expiresAt`` [aware UTC] for the network server.

    Never later than the reply wait: after it we may try again, and an old copy that a network
    server still holds must not come out behind a newer order.
    """
    return min(sent_at + REPLY_WAIT, expires_at)
