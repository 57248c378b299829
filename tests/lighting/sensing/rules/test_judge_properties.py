"""The judge against a naive reference that follows the definitions word by word.

A threshold holds at a value if every value of the last stretch of at least the hold time stands so,
with no two of them farther apart than the gap; it holds until the next value, at most for the gap.
"""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lighting.sensing.rules.judge import Turn, judge
from lighting.sensing.rules.rule import Rule
from tests.lighting.sensing.rules.watching import Minutes, minute, rule_of, tracks_of

GAP = 15
RULE = rule_of("gully above 50 % for 20 min", "below 40 % for 10 min", gap=f"{GAP} min")
BOTH = rule_of(
    "gully above 50 % for 20 min and wind above 5 m/s", "gully below 40 % for 10 min", gap="15 min"
)

series = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from([30.0, 45.0, 60.0, 6.0, 1.0])),
    unique_by=lambda pair: pair[0],
    max_size=40,
).map(sorted)
cuts = st.lists(st.integers(0, 260), max_size=5).map(sorted)


def stands(values: Minutes, at: float, hold: float, *, above: float | None, below: float) -> bool:
    """Return by the definition whether a threshold holds at ``at``."""
    before = [pair for pair in values if pair[0] <= at]
    if not before or at - before[-1][0] > GAP:
        return False
    last = before[-1][0]
    for first, _ in before:
        stretch = [pair for pair in before if pair[0] >= first]
        unbroken = all(b[0] - a[0] <= GAP for a, b in pairwise(stretch))
        fits = all(value > above if above is not None else value < below for _, value in stretch)
        if unbroken and fits and last - first >= hold:
            return True
    return False


def reference(gully: Minutes, wind: Minutes | None) -> list[tuple[float, bool]]:
    """Return the turns, minute by minute."""
    raised, found = False, list[tuple[float, bool]]()
    for at in sorted({pair[0] for pair in (*gully, *(wind or []))}):
        when = stands(gully, at, 20, above=50, below=0)
        when = when and (wind is None or stands(wind, at, 0, above=5, below=0))
        until = stands(gully, at, 10, above=None, below=40)
        if not raised and when:
            raised = True
        elif raised and until and not when:
            raised = False
        else:
            continue
        found.append((at, raised))
    return found


def told(turns: list[Turn]) -> list[tuple[float, bool]]:
    return [((turn.at - minute(0)) / timedelta(minutes=1), turn.raised) for turn in turns]


def in_looks(rule: Rule, channels: dict[str, list[Minutes]], looks: list[int]) -> list[Turn]:
    """Return the turns that looks at these minutes find, each from where the last one ended."""
    tracks = tracks_of(rule, channels)
    since, raised, turns = minute(-1), False, list[Turn]()
    for now in [*looks, 261]:
        found = judge(rule, tracks, since=since, now=max(minute(now), since), raised=raised)
        turns += found.turns
        since = max(minute(now), since)
        raised = turns[-1].raised if turns else False
    return turns


@given(series, cuts)
def test_one_threshold_turns_as_the_definition_says_however_often_we_look(
    gully: Minutes, looks: list[int]
) -> None:
    assert told(in_looks(RULE, {"fill_level": [gully]}, looks)) == reference(gully, None)


@given(series, series, cuts)
def test_a_combination_turns_as_the_definition_says_however_often_we_look(
    gully: Minutes, wind: Minutes, looks: list[int]
) -> None:
    channels = {"fill_level": [gully], "wind_speed": [wind]}
    assert told(in_looks(BOTH, channels, looks)) == reference(gully, wind)
