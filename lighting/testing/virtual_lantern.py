"""VirtualLantern: a lantern with its node, that obeys the bytes it is sent, and its faults.

It holds registers, clock, overrides and a meter, echoes what it accepts and refuses the rest with
the reason a NAS UL20xx (firmware 1.1) gives. Instants are seconds since 1970, so that thousands of
them stay quick; whoever runs it calls ``wake`` at ``next_s`` and ``hear`` for each downlink.
Fades (90 s at most) are left out: a new level holds at once.
"""

from enum import IntEnum
from random import Random

from lighting.testing import nas_uplinks
from lighting.testing.lantern_spec import (
    CYCLE_S,
    NEVER_S,
    RELAY_OPENS_BELOW,
    SAGGED_V,
    TILTED_DEG,
    Faults,
    LanternSpec,
)
from lighting.testing.light_plan import LightPlan, LightPlans
from lighting.testing.nas_registers import (
    INACTIVE,
    WHOLE_LAMP,
    Header,
    Registers,
    RejectedError,
    check,
    check_length,
)
from lighting.testing.nas_uplinks import Reason
from schedules.level import FULL

CLOCK_UNSET_S = 946_684_800
"""2000-01-01: where a node's clock starts that got no time from the network."""

PORT_READ_BACK, PORT_CONFIG, PORT_RESTART, PORT_COMMAND = 49, 50, 51, 60
RESTART = b"\xfe"
SECONDS_AN_HOUR = 3600


class Command(IntEnum):
    """First byte of the commands that this model acts on."""

    DIM = 0x01
    REPORT = 0x05
    TIMED_DIM = 0x09


_LENGTHS: dict[int, int] = {Command.DIM: 3, Command.TIMED_DIM: 4}
_REPORT_USAGE, _REPORT_STATUS = 0x01, 0x02

Saying = tuple[int, bytes]
"""An uplink: port and payload."""


class VirtualLantern:
    """One lantern. ``level`` is what its node says, ``power_w`` what the meter sees."""

    def __init__(
        self, spec: LanternSpec, plans: LightPlans, *, rng: Random, faults: Faults | None = None
    ) -> None:
        self.spec = spec
        self.sessions = 0
        self.level = 0
        self.energy_wh = spec.energy_wh
        self.lamp_on_s = 0.0
        self.next_s = NEVER_S
        self.registers = Registers()
        self._faults = faults or Faults()
        self._plans = plans
        self._plan: LightPlan | None = None
        self._rng = rng
        self._metered_s = 0.0
        self._booted_s = 0.0
        self._rejoins_s = self._faults.rejoins_s
        self._loses_clock_s = self._faults.clock_lost_s
        self._clock_ok = True
        self._override: tuple[float, int] | None = None
        self._status_s = self._usage_s = self._change_s = NEVER_S

    # --- what runs it -----------------------------------------------------------------------------

    def power_on(self, at_s: float) -> list[Saying]:
        """Connect to the mains and the network; return what it says first."""
        self._metered_s = at_s
        said = self._boot(at_s, soft=False)
        self._status_s = at_s + self._rng.uniform(0, self.spec.status_interval_s)
        self._usage_s = at_s + self._rng.uniform(0, self.spec.usage_interval_s)
        self._plan_next()
        return [] if self.is_dead(at_s) else said

    def wake(self, at_s: float) -> list[Saying]:
        """Do what is due at ``at_s``; return what it says."""
        said: list[Saying] = []
        self._meter(at_s)
        if self._rejoins_s <= at_s:
            self._rejoins_s = NEVER_S
            self.registers = Registers() if self._faults.forgets else self.registers
            said += self._boot(at_s, soft=True)
        self._follow(at_s)
        if self._status_s <= at_s:
            said.append(self._status(at_s))
            interval = self.registers.seconds("status interval", self.spec.status_interval_s)
            self._status_s = at_s + interval
        if self._usage_s <= at_s:
            said.append(self._usage(at_s))
            interval = self.registers.seconds("usage interval", self.spec.usage_interval_s)
            self._usage_s = at_s + interval if interval else NEVER_S
        self._plan_next()
        return [] if self.is_dead(at_s) else said

    def hear(self, f_port: int, payload: bytes, at_s: float) -> list[Saying]:
        """Take a downlink; return what it answers."""
        if self.is_dead(at_s):
            return []
        self._meter(at_s)
        try:
            said = self._take(f_port, payload, at_s)
        except RejectedError as refused:
            return [nas_uplinks.rejection(f_port, refused.reason)]
        self._follow(at_s)
        self._plan_next()
        return said

    def mend(self, at_s: float) -> None:
        """Repair it: from now on nothing is wrong."""
        self._meter(at_s)
        self._faults = Faults()
        self._plan_next()

    def is_dead(self, at_s: float) -> bool:
        """Tell whether the node has stopped hearing and speaking."""
        return at_s >= self._faults.dead_from_s

    def power_w(self, at_s: float) -> float:
        """Return the power [W] that the meter sees."""
        faults = self._faults
        cycled = at_s >= faults.cycles_from_s and int(at_s // CYCLE_S) % 2
        if at_s >= faults.lamp_fails_s or cycled:
            return self.spec.standby_w
        stuck = faults.lies or (faults.dims_not and self._relay_closed)
        return self.spec.watts(FULL if stuck else self.level) * faults.draws

    # --- what it is told --------------------------------------------------------------------------

    def _take(self, f_port: int, payload: bytes, at_s: float) -> list[Saying]:
        if f_port == PORT_CONFIG:
            self.registers.take(payload)
            if payload[0] == Header.CLOCK:
                self._clock_ok = True  # by the network or by the value: the right time
            self._plan = None
            return [(PORT_CONFIG, payload)]
        if f_port == PORT_COMMAND:
            return self._command(payload, at_s)
        if f_port == PORT_RESTART and payload == RESTART:
            return self._boot(at_s, soft=True)
        reason = RejectedError.UNKNOWN_PORT
        check(reason=reason, holds=f_port == PORT_READ_BACK and bool(payload))
        held = [v for v in self.registers.held.values() if v[:1] == payload[:1]]
        return [(PORT_CONFIG, value) for value in held]

    def _command(self, payload: bytes, at_s: float) -> list[Saying]:
        check(reason=RejectedError.SHORT, holds=len(payload) > 1)
        kind, rest = payload[0], payload[1:]
        if kind == Command.REPORT:
            asked = [(_REPORT_USAGE, self._usage), (_REPORT_STATUS, self._status)]
            return [say(at_s) for bit, say in asked if rest[0] & bit]
        if kind in _LENGTHS:
            check_length(payload, _LENGTHS[kind])
            address, level = rest[0], rest[1]
            check(reason=RejectedError.NO_SUCH_ADDRESS, holds=address in WHOLE_LAMP)
            check(reason=RejectedError.VALUE, holds=level <= FULL or level == INACTIVE)
            until_s = at_s + 60 * rest[2] if kind == Command.TIMED_DIM else NEVER_S
            self._override = None if level == INACTIVE else (until_s, level)
        return [(PORT_COMMAND, payload)]

    def _boot(self, at_s: float, *, soft: bool) -> list[Saying]:
        self.sessions += 1
        self._booted_s = at_s
        self._override = None  # lost at a restart
        self._plan = None
        self._follow(at_s)
        serial = int(self.spec.dev_eui[-8:], 16)
        return [
            nas_uplinks.boot(serial=serial, epoch_s=self._own_clock(at_s), soft_reset=soft),
            self._status(at_s),
        ]

    # --- what it does -----------------------------------------------------------------------------

    def _follow(self, at_s: float) -> None:
        """Set the level that holds at ``at_s``, and when to look again."""
        if self._override is not None and self._override[0] <= at_s:
            self._override = None
        if self._loses_clock_s <= at_s:
            self._loses_clock_s, self._clock_ok = NEVER_S, False
        before = self.level
        if self._clock_ok:
            if self._plan is None:
                held, registers = self.registers.light(), self.registers
                self._plan = self._plans.plan(held, registers.program)
            self._change_s = self._plan.next_change(at_s)
            self.level = self._plan.level(at_s)
        else:
            self._change_s = NEVER_S
            self.level = self.registers.fallback_level
        if self._override is not None:
            self.level = self._override[1]
            self._change_s = min(self._change_s, self._override[0])
        if self.level != before and self.spec.notify_s:
            report_s = at_s + self._rng.uniform(0, self.spec.notify_s)
            self._status_s = min(self._status_s, report_s)

    def _plan_next(self) -> None:
        fails_s = self._faults.lamp_fails_s  # so that the meter turns at the right moment
        fails_s = fails_s if fails_s > self._metered_s else NEVER_S
        reports_s = min(self._status_s, self._usage_s)
        faults_s = min(self._rejoins_s, self._loses_clock_s, fails_s)
        self.next_s = min(self._change_s, reports_s, faults_s)

    def _meter(self, at_s: float) -> None:
        hours = (at_s - self._metered_s) / SECONDS_AN_HOUR
        self.energy_wh += self.power_w(self._metered_s) * hours
        if self._relay_closed and self._metered_s < self._faults.lamp_fails_s:
            self.lamp_on_s += at_s - self._metered_s
        self._metered_s = at_s

    # --- what it says -----------------------------------------------------------------------------

    @property
    def _relay_closed(self) -> bool:
        return self.level >= RELAY_OPENS_BELOW

    def _own_clock(self, at_s: float) -> int:
        return int(at_s if self._clock_ok else CLOCK_UNSET_S + at_s - self._booted_s)

    def _reason(self) -> Reason:
        if self._override is not None:
            return Reason.MANUAL
        held = self.registers.held
        if not self._clock_ok or not ({"calendar", "profile 0"} & held.keys()):
            return Reason.FALLBACK
        if "profile 0" in held and self._relay_closed:
            return Reason.PROFILE
        return Reason.CALENDAR_NIGHT if self._relay_closed else Reason.CALENDAR_DAY

    def _status(self, at_s: float) -> Saying:
        return nas_uplinks.status(
            nas_uplinks.Status(
                epoch_s=self._own_clock(at_s),
                level=self.level,
                reason=self._reason(),
                relay_closed=self._relay_closed,
                lamp_failed=at_s >= self._faults.lamp_fails_s and self._relay_closed,
                rssi_dbm=self._rng.randint(-115, -70),
                snr_db=self._rng.randint(-8, 10),
                temperature_c=self._rng.randint(4, 14),
                tilt_deg=self._tilt_deg(at_s),
            )
        )

    def _tilt_deg(self, at_s: float) -> int | None:
        if not self.spec.tells_tilt:
            return None
        return TILTED_DEG if at_s >= self._faults.tilts_from_s else 0

    def _usage(self, at_s: float) -> Saying:
        return nas_uplinks.usage(
            energy_wh=self.energy_wh,
            power_w=self.power_w(at_s),
            voltage_v=SAGGED_V if at_s >= self._faults.sags_from_s else self._rng.randint(228, 236),
            lamp_on_s=self.lamp_on_s,
        )
