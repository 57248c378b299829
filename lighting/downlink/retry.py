"""When to try again and when to give up. Pure: takes times, returns times."""

from datetime import datetime, timedelta

from lighting.downlink.order import Rank

REPLY_WAIT = timedelta(seconds=35)
"""How long an in-flight order waits for proof. Through a real ChirpStack, emulated NAS nodes took
3.6 s (median) to 7.4 s (longest of 450) from sending to echo, and ChirpStack forgets a frame after
30 s. Longer would keep an emergency waiting behind a lost frame."""

GATEWAY_QUEUE = timedelta(seconds=10)
"""The longest that a gateway which has taken a frame keeps it before it is on the air (our choice:
it sends one after another, and is booked two seconds ahead by us)."""

TAKEN_WAIT = GATEWAY_QUEUE
"""How long an order waits for proof once a gateway has taken its frame. ChirpStack deletes the item
then, so that no copy comes later than the gateway's queue lets it: nothing that goes to the node
now can be overtaken. An echo that comes later still proves its order."""

FIRST_BACK_OFF = timedelta(minutes=2)
BACK_OFF_MAX = timedelta(hours=4)

UNTAKEN_BACK_OFF = GATEWAY_QUEUE
"""The wait after a first try that no gateway is known to have taken: most likely a server was away
and the node has nothing to do with it. By then also what a gateway took unheard of has left."""

EMERGENCY_BACK_OFF_MAX = timedelta(minutes=2)
"""An emergency is tried every two minutes at most: it is worth the air time."""


def back_off(attempts: int, rank: Rank, *, taken: bool = True) -> timedelta:
    """Return how long to wait before the next try, after ``attempts`` tries (at least one).

    Doubles from two minutes; the node's own reports shorten it (a node that is heard from is
    tried at once). ``taken`` says whether a gateway is known to have taken the last try.
    """
    if attempts == 1 and not taken:
        return UNTAKEN_BACK_OFF
    longest = EMERGENCY_BACK_OFF_MAX if rank is Rank.EMERGENCY else BACK_OFF_MAX
    doublings = min(max(attempts - 1, 0), 16)  # 2**16 x 2 min is past any limit
    return min(FIRST_BACK_OFF * (1 << doublings), longest)


def network_expiry(sent_at: datetime, expires_at: datetime) -> datetime:
    """Return the ``expiresAt`` [aware UTC] for the network server.

    Never later than the reply wait: after it we may try again, and an old copy that a network
    server still holds must not come out behind a newer order.
    """
    return min(sent_at + REPLY_WAIT, expires_at)
