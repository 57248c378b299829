"""The demo's live view: how far the rollout is, how bright the lanterns are, what it saves."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lighting.operations.records import Evidence
from lighting.operations.status import status
from lighting.units import WATT_HOURS_PER_KWH
from tools.demo_add_ons import Sensed, sensed
from tools.demo_night import NIGHT, Demo

BANDS = ((0, "off"), (1, "1–49 %"), (50, "50–74 %"), (75, "75–99 %"), (100, "100 %"))
BAR_WIDTH = 30
ALERTS_SHOWN = 3
"""The newest ones; the API lists all."""

WATT_SECONDS_PER_KWH = 3_600_000.0


@dataclass(slots=True, kw_only=True)
class View:
    """What is on the screen; ``update`` looks again, ``render`` draws."""

    demo: Demo
    speed: float
    stage: str = ""
    figures: dict[str, object] = field(default_factory=dict)
    bands: list[int] = field(default_factory=lambda: [0] * len(BANDS))
    power_kw: float = 0.0
    full_kw: float = 0.0
    used_kwh: float = 0.0
    full_kwh: float = 0.0
    before: tuple[float, float] | None = None
    """Used and full-output energy [kWh] when the night began: the fitting is not the night's."""
    faults: list[str] = field(default_factory=list)
    sensed: Sensed | None = None

    async def update(self, stage: str) -> None:
        """Look at the controller's database and at the virtual lanterns."""
        self.stage = stage
        self.figures = await status(self.demo.office)
        self.sensed = await sensed(self.demo.office)
        self._look_at_lanterns()

    def _look_at_lanterns(self) -> None:
        at_s = self.demo.clock.now().timestamp()
        lanterns = self.demo.server.lanterns.values()
        starts = [start for start, _ in BANDS]
        counts = Counter(bisect_right(starts, lantern.level) - 1 for lantern in lanterns)
        self.bands = [counts[band] for band in range(len(BANDS))]
        self.power_kw = sum(lantern.power_w(at_s) for lantern in lanterns) / 1000
        self.full_kw = sum(lan.spec.power_w for lan in lanterns if lan.level) / 1000
        used = sum(lantern.energy_wh for lantern in lanterns) / WATT_HOURS_PER_KWH
        full_ws = sum(lantern.spec.power_w * lantern.lamp_on_s for lantern in lanterns)
        full = full_ws / WATT_SECONDS_PER_KWH
        if self.before is None or self.stage != NIGHT:
            self.before = (used, full)
        self.used_kwh, self.full_kwh = used - self.before[0], full - self.before[1]
        dead = sum(lantern.is_dead(at_s) for lantern in lanterns)
        failed = sum(lan.level > 0 and lan.power_w(at_s) <= lan.spec.standby_w for lan in lanterns)
        self.faults = [f"{dead} nodes are dead"] if dead else []
        self.faults += [f"{failed} lamps have failed"] if failed else []

    def render(self) -> RenderableType:
        """Draw the screen."""
        clock = self.demo.clock.now().astimezone(self.demo.night.site.tz)
        title = f"[bold]Lamplighter[/]  {clock:%a %d %b %Y %H:%M}  ×{self.speed:g}  {self.stage}"
        evidence = self.figures.get("evidence")
        counts = evidence if isinstance(evidence, dict) else {}
        return Panel(
            Group(
                self._rollout(counts),
                "",
                self._levels(),
                "",
                self._energy(),
                *self._add_ons(),
                "",
                *(f"[yellow]! {fault}[/]" for fault in self.faults),
                f"API: {self.demo.api_url}/status   (Ctrl-C ends the demo)",
            ),
            title=title,
            title_align="left",
        )

    def _rollout(self, counts: dict[str, int]) -> RenderableType:
        total = sum(counts.values()) or 1
        proved = sum(counts.get(level.words, 0) for level in Evidence if level >= Evidence.ECHOED)
        grid = Table.grid(padding=(0, 1))
        grid.add_row(
            "Rollout",
            ProgressBar(total=total, completed=proved, width=BAR_WIDTH),
            f"{proved / total:6.1%}  {proved} of {total} nodes proved",
        )
        for level in Evidence:
            if counts.get(level.words):
                grid.add_row("", f"[dim]{level.words}[/]", str(counts[level.words]))
        return grid

    def _levels(self) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        most = max(*self.bands, 1)
        for (_, words), count in zip(BANDS, self.bands, strict=True):
            bar = ProgressBar(total=most, completed=count, width=BAR_WIDTH, complete_style="yellow")
            grid.add_row(f"{words:>8}", bar, str(count))
        return grid

    def _add_ons(self) -> list[RenderableType]:
        if self.sensed is None:
            return []
        alerts = self.sensed.open_alerts
        line = (
            f"{self.sensed.heard} of {self.sensed.add_ons} add-ons heard;"
            f" {self.sensed.measurements:,} measurements stored; alerts on: {len(alerts)}"
        )
        newest = [
            Text(
                f"! {each.place.words}: {each.reason}", "yellow", no_wrap=True, overflow="ellipsis"
            )
            for each in alerts[:ALERTS_SHOWN]
        ]
        return [line, *newest]

    def _energy(self) -> str:
        share = self.power_kw / self.full_kw if self.full_kw else 0.0
        return (
            f"{self.power_kw:.1f} kW now of {self.full_kw:.1f} kW at full output"
            f" ({share:.0%}); {self.used_kwh:.1f} kWh tonight of {self.full_kwh:.1f} kWh at full"
            f" output; {self.demo.uplinks} uplinks"
        )
