"""What `lamplighter sockets` says: a lantern, a fitting, what was found."""

from collections.abc import Iterator

from lighting.inventory.occupancy import Occupancy, utc_words
from lighting.inventory.sockets import Occupant
from lighting.operations.find_sockets import Found
from lighting.operations.plain_sockets import plain_occupancy
from lighting.operations.sockets import LanternShown
from tools.output import OUT, print_json

METRES_PER_KM = 1000

FAR_M = 10_000
"""Nobody walks so far to a column: the position is wrong, or the city's sockets are not there."""


def found_lines(found: Found, *, unproved: bool) -> Iterator[str]:
    """Yield the sockets found, how many there are, and on what the answer rests, a line each."""
    for each in found.sockets:
        there = each.stored
        column = f"column {there.column}" if there.column else ""
        away = "" if each.distance_m is None else f"{each.distance_m:,.0f} m away"
        proof = "" if each.fit.fits else "not provable"
        parts = (each.socket.standard, away, there.road, column, there.ward, proof)
        yield f"{each.socket.socket_id}: {', '.join(part for part in parts if part)}"
    far = found.counted_within_m
    within = "" if far is None else f" within {far:,.0f} m"
    yield f"{found.provable:,} fit{within}; {found.not_provable:,} more cannot be proved to."
    if found.not_provable and not unproved:
        yield "--unproved shows them too."
    nearest_m = found.sockets[0].distance_m if found.sockets else None
    if nearest_m is not None and nearest_m > FAR_M:
        yield f"The nearest is {nearest_m / METRES_PER_KM:,.0f} km away: check the position."
    if not found.provable and not found.not_provable:
        yield "Ask for less, or see with `sockets show LANTERN` what is on record there."
    fits = [each.fit for each in found.sockets]
    for text in sorted({reason.text for fit in fits for reason in fit.unknown}):
        yield f"Not provable: {text}"
    for text in sorted({text for fit in fits for text in fit.caveats}):
        yield f"Rests on: {text}"


def shown_lines(shown: LanternShown) -> Iterator[str]:
    """Yield a lantern's sockets, who sits there, and its supplies, a line each."""
    stored, view = shown.stored, shown.sockets
    column = f"column {stored.column}" if stored.column else ""
    where = ", ".join(part for part in (stored.road, column, stored.ward) if part)
    yield f"{stored.lantern_id}: {where or 'no road on record'}"
    if not view.sockets:
        ways = "`sockets import`" if stored.retired else "`sockets import` or `sockets default`"
        yield f"No socket on record; {ways} adds them."
    for socket in view.sockets:
        wires = ", ".join(sorted(socket.wiring))
        there = view.in_socket(socket.socket_id)
        yield f"{socket.socket_id}: {socket.standard} ({wires}){'' if there else ': free'}"
        for each in there:
            perhaps = " (perhaps here)" if len(each.sits_in) > 1 else ""
            yield f"  {_number(each)} {each.words}{perhaps}"
    for each in view.occupants:
        if not each.sits_in:
            yield f"on the column: {_number(each)} {each.words}"
    for gone in stored.retired:
        by = f"by {gone.retirement.by}, {utc_words(gone.retirement.at)}"
        yield f"retired: {gone.socket.socket_id} ({by}: {gone.retirement.reason})"
    for supply in shown.budgets:
        limit = "unknown" if supply.limit is None else f"{supply.limit.value:g}"
        belief = " (unverified)" if supply.limit and supply.limit.unverified else ""
        vague = ", ".join(_number(each) for each in supply.unknown)
        line = f"{supply.figure.words}: {supply.drawn:g} of {limit} {supply.figure.unit} drawn"
        yield f"{line}{belief}{f'; not stated for {vague}' if vague else ''}"


def _number(occupant: Occupant) -> str:
    return "#-" if occupant.occupancy_id is None else f"#{occupant.occupancy_id}"


def tell_occupancy(occupancy: Occupancy, *, as_json: bool) -> None:
    """Print what was recorded of one fitting, from first to last."""
    if as_json:
        print_json(plain_occupancy(occupancy))
        return
    made, gone = occupancy.fitting, occupancy.removal
    where = made.socket_id or f"the column of {made.lantern_id}"
    OUT.print(f"#{occupancy.occupancy_id} {where}: {occupancy.words}", markup=False)
    if made.accepted and made.acceptance:
        text = f"  accepted by {made.acceptance.by} ({made.acceptance.reason}): "
        OUT.print(text + "; ".join(made.accepted), markup=False)
    for each in occupancy.corrections:
        was = ", ".join(f"{name} {value!r}" for name, value in each.was.items())
        line = f"  corrected by {each.by}, {utc_words(each.at)} ({each.reason}): was {was}"
        OUT.print(line, markup=False)
    if gone:
        why = f" ({gone.reason})" if gone.reason else ""
        OUT.print(f"  removed by {gone.by}, {utc_words(gone.at)}{why}", markup=False)
