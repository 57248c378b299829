"""The demo's live view: how far the rollout is, how bright the lanterns are, what it saves."""

from bisect import bisect_right
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table

from lighting.operations.records import Evidence
from lighting.operations.status import status
from lighting.units import WATT_HOURS_PER_KWH
from tools.demo_night import Demo

BANDS = ((0, "off"), (1, "1–49 %"), (50, "50–74 %"), (75, "75–99 %"), (100, "100 %"))
BAR_WIDTH = 30


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
    faults: list[str] = field(default_factory=list)

    async def update(self, stage: str) -> None:
        """Look at the controller's database and at the virtual lanterns."""
        self.stage = stage
        self.figures = await status(self.demo.office)
        self._look_at_lanterns()

    def _look_at_lanterns(self) -> None:
        at_s = self.demo.clock.now().timestamp()
        self.bands = [0] * len(BANDS)
        power_w = full_w = energy_wh = 0.0
        starts = [band[0] for band in BANDS]
        dead = 0
        for lantern in self.demo.server.lanterns.values():
            self.bands[bisect_right(starts, lantern.level) - 1] += 1
            power_w += lantern.power_w(at_s)
            full_w += lantern.spec.power_w if lantern.level else 0.0
            energy_wh += lantern.energy_wh
            dead += lantern.is_dead(at_s)
        self.power_kw, self.full_kw = power_w / 1000, full_w / 1000
        self.used_kwh = energy_wh / WATT_HOURS_PER_KWH
        self.faults = [f"{dead} nodes are dead"] if dead else []

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

    def _energy(self) -> str:
        share = self.power_kw / self.full_kw if self.full_kw else 0.0
        return (
            f"{self.power_kw:.1f} kW now of {self.full_kw:.1f} kW at full output"
            f" ({share:.0%}); {self.used_kwh:.1f} kWh so far;"
            f" {self.demo.uplinks} uplinks recorded"
        )
