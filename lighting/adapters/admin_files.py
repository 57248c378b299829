"""Files that an administrator writes and settings name: thresholds, limits, factors, models."""

from pathlib import Path

from lighting.energy.carbon import uk_factors
from lighting.energy.catalogue_text import parse_models
from lighting.energy.factor_text import parse_factors
from lighting.energy.factors import FactorSet
from lighting.energy.model_catalogue import EMPTY, Catalogue
from lighting.errors import RefusedError
from lighting.faults.rules import DEFAULT_RULES, FaultRules
from lighting.faults.rules_text import parse_rules
from lighting.inventory.limits import LimitTable, parse_limits, shipped_limits


def read_fault_rules(path: Path | None) -> FaultRules:
    """Return the thresholds of the fault detector that a file states, or those it comes with.

    Raises:
        RefusedError: the file cannot be read, or says what cannot be.
    """
    return DEFAULT_RULES if path is None else parse_rules(_text(path, "fault rules"))


def read_factors(path: Path | None) -> FactorSet:
    """Return the emission factors in the file at ``path``, or those that ship.

    Raises:
        RefusedError: the file cannot be read.
        PolicyError: what it holds is no table of factors; every fault is named with its line.
    """
    if path is None:
        return uk_factors()
    return parse_factors(_text(path, "emission factors"), document=str(path))


def read_socket_limits(path: Path | None) -> LimitTable:
    """Return the limits of sockets in the file at ``path``, or those that ship.

    Raises:
        RefusedError: the file cannot be read.
        LimitsError: what it holds are no limits; every fault is named.
    """
    if path is None:
        return shipped_limits()
    return parse_limits(_text(path, "socket limits"), name=str(path))


def read_lantern_models(path: Path | None) -> Catalogue:
    """Return the lantern models of the file at ``path``; without one there are none.

    Raises:
        RefusedError: the file cannot be read.
        PolicyError: what it holds are no lantern models; every problem is named with its line.
    """
    return (
        EMPTY if path is None else parse_models(_text(path, "lantern models"), document=str(path))
    )


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"the {what} {path} cannot be read: {exc}") from None
