"""What a policy names must exist and fit: reasons in rows, tallies in conditions, kinds everywhere (MODEL 3.6)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from policy.fields import read_at
from policy.parameters import PARAMETERS, QUANTITY, PolicyError, mapped, or_none, read_money
from policy.reasons import Terms
from policy.rows import Row
from policy.tallies import Tally
from policy.terms import Action, Answer, Use


def check_rows(
    rows: tuple[Row, ...], reasons: Mapping[str, Terms], tallies: Mapping[str, Tally], kinds: frozenset[str]
) -> None:
    """Every row has a name of its own and names only what exists. Raises PolicyError."""
    known: set[str] = set()
    for row in rows:
        path = ("change", "rules", row.id)
        if row.id in known:
            raise PolicyError("is the name of two rows", *path, "id")
        known.add(row.id)
        if row.reason is not None:
            _check_reason(row.reason, reasons, use_of(row), *path, "reason")
        if row.on_silence is not None:
            _check_reason(row.on_silence, reasons, Use.ENDED, *path, "on_silence")
        _check_names(row.kinds or frozenset(), kinds, *path, "kinds")
        _check_names(row.below, tallies, *path, "below")


def use_of(row: Row) -> Use:
    """Where the row's reason stands: a move, or a session that has ended."""
    return Use.MOVED if row.action is Action.MOVE and row.then is not Answer.CANCEL else Use.ENDED


def _check_reason(code: str, reasons: Mapping[str, Terms], use: Use, *path: str) -> None:
    if code not in reasons:
        raise PolicyError(f"there is no reason {code}", *path)
    if reasons[code].use is not use:
        raise PolicyError(f"{code} is a reason for `{reasons[code].use}`, not for `{use}`", *path)


def _check_names(names: Any, known: Any, *path: str) -> None:
    for name in names:
        if name not in known:
            raise PolicyError(f"there is no {name}", *path)


def check_tallies(tallies: Mapping[str, Tally], reasons: Mapping[str, Terms], kinds: frozenset[str]) -> None:
    """Tallies count reasons and stop kinds that exist. Raises PolicyError."""
    for name, tally in tallies.items():
        _check_names(tally.counts, reasons, "tallies", name, "counts")
        for place, step in enumerate(tally.steps):
            _check_names(step.kinds or frozenset(), kinds, "tallies", name, "steps", str(place), "kinds")


def check_amounts(values: Mapping[str, Any], currency: str, *path: str) -> None:
    """No amount is smaller than the currency's smallest unit. Raises PolicyError."""
    for name in sorted(AMOUNTS & values.keys()):
        read_at(or_none(partial(read_money, currency)), values[name], *path, *name.split("."))


AMOUNTS = frozenset({"booking.max_arrears", "entitlement.extension_fee"})
"""Parameters that are amounts in the policy's currency."""


def check_values(values: Mapping[str, Any], reasons: Mapping[str, Terms], kinds: frozenset[str], *path: str) -> None:
    """Every value can be read, and names only what exists. Raises PolicyError."""
    for name, raw in values.items():
        at = (*path, *name.split("."))
        if name == QUANTITY and isinstance(raw, dict):
            _check_names(read_at(mapped(PARAMETERS[name].read), raw, *at), kinds, *at)
        else:
            value = read_at(PARAMETERS[name].read, raw, *at)
            if name in FOLLOWS and value not in FOLLOWS[name]:
                _check_reason(value, reasons, Use.ENDED, *at)


FOLLOWS: Mapping[str, frozenset[str]] = {
    "case.on_timeout": frozenset({"REFUND", "RETURN", "ESCALATE"}),
    "case.on_offer_lapse": frozenset({"REFUND", "RETURN"}),
}
"""Parameters that take one of these words, or a reason."""
