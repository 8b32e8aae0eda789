"""Policy documents in TOML: complete, or `extends` a preset; typed and validated as a whole (MODEL 3, D-41).

The parts of a document:

- `name`, `currency` (default EUR), `extends`: a preset, of which only what differs is stated;
- a section per group of parameters (`[booking]`, `[change]` …) with the names of MODEL 3.1–3.3;
- `entitlement.quantity`: a number for all kinds, or a table by kind;
- `change.rules`: the change table as a whole (3.4); only the rows of absences may be left out;
- `[kinds.X]`: the kinds of session; `[kinds.X.values]` and `[kinds.X.reasons]` hold what differs for one of them;
- `[reasons]`: deviations from the reasons of MODEL 4, field by field, and reasons of the policy's own;
- `[tallies]`: 3.5;
- `[cites]`: the published rule behind a parameter; rows, reasons, kinds and tallies carry theirs in `rule`.

Values are resolved in the order session kind, contract, plan, policy, default.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policy.facts import Kind
from policy.fields import Fields, table_at
from policy.layering import (
    Overlay,
    Raw,
    base,
    completed,
    kind_overlay,
    overlay_of,
    parse,
    read_cites,
    reasons_of,
    stated_value,
    values_of,
    with_absences,
)
from policy.parameters import PARAMETERS, PolicyError, read_text
from policy.reading import read_currency, read_kind, read_row, read_tally, read_terms
from policy.reasons import RESOLVED, Terms, stated_by_default
from policy.references import check_amounts, check_rows, check_tallies, check_values
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.tallies import Tally
from policy.terms import Source, Use

__all__ = ["Overlay", "Policy", "PolicyError", "ResolvedPolicy", "load_overlay", "load_policy", "resolve", "under"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A valid document. `own`: what it states for every kind; `by_kind`: what it states for one; `cites`: the rules behind it.

    `said`: the values that the document names itself, where the others of `own` come from the preset that it extends; None: all.
    """

    name: str
    version: int
    currency: str
    kinds: Mapping[str, Kind]
    rows: tuple[Row, ...]
    reasons: Mapping[str, Terms]
    tallies: Mapping[str, Tally]
    own: Overlay
    by_kind: Mapping[str, Overlay]
    raw_kinds: Mapping[str, Raw]
    cites: Mapping[str, str]
    said: Mapping[str, Any] | None = field(default=None, compare=False)


def load_policy(document: str, *, version: int = 1) -> Policy:
    """The policy that the document states. Raises PolicyError, whose path leads to what is wrong."""
    raw = parse(document)
    fields = Fields(completed(raw))
    name, currency = fields.need("name", read_text), fields.get("currency", read_currency, "EUR")
    cites = read_cites(fields.get("cites", lambda raw: raw, {}))
    split = _split_kinds(fields.need("kinds", lambda raw: raw))
    own = overlay_of(fields, table_needed=True)
    fields.finish()
    policy = Policy(
        name=name,
        version=version,
        currency=currency,
        kinds={code: read_kind(code, raw, currency) for code, (raw, _) in split.items()},
        rows=_rows(own.rules or ()),
        reasons=_terms(reasons_of(own), currency, "reasons"),
        tallies=_tallies(own.tallies or {}, currency),
        own=own,
        by_kind={code: overlay for code, (_, overlay) in split.items()},
        raw_kinds={code: raw for code, (raw, _) in split.items()},
        cites=cites,
        said=values_of(raw) if "extends" in raw else None,
    )
    _check(policy)
    return policy


def load_overlay(document: str, policy: Policy) -> Overlay:
    """What a contract or a plan states on top of the policy: values, reasons, and a change table or tallies as a whole."""
    fields = Fields(parse(document))
    overlay = overlay_of(fields)
    fields.finish()
    stated = under(policy, overlay)
    _check_table(stated.rows, stated.reasons, stated.tallies, overlay, frozenset(policy.kinds))
    check_amounts(overlay.values, policy.currency)
    return overlay


def under(policy: Policy, overlay: Overlay) -> Policy:
    """The policy with the change table, the reasons and the tallies that hold under a contract or a plan."""
    return replace(
        policy,
        rows=policy.rows if overlay.rules is None else _rows(overlay.rules),
        reasons=_terms(reasons_of(policy.own, overlay), policy.currency, "reasons"),
        tallies=policy.tallies if overlay.tallies is None else _tallies(overlay.tallies, policy.currency),
    )


def resolve(
    policy: Policy, kind: str, *, contract: Overlay | None = None, plan: Overlay | None = None
) -> ResolvedPolicy:
    """All values that a session of this kind is booked under. Raises KeyError for a kind that the policy does not have."""
    layers = {
        Source.KIND: policy.by_kind[kind],
        Source.CONTRACT: contract or Overlay(),
        Source.PLAN: plan or Overlay(),
        Source.POLICY: policy.own,
    }
    rules = next((one.rules for one in layers.values() if one.rules is not None), ())
    tallies = next((one.tallies for one in layers.values() if one.tallies is not None), {})
    document = {
        "policy": policy.name,
        "version": policy.version,
        "currency": policy.currency,
        "kind": {"code": kind, **policy.raw_kinds[kind]},
        "values": {parameter: _value(policy, layers, kind, parameter) for parameter in PARAMETERS},
        "reasons": _stated(reasons_of(*reversed(layers.values()))),
        "rows": with_absences(rules),
        "tallies": tallies,
    }
    # Through JSON and back: what is resolved shares nothing with the document, and equals what will be read from a database.
    return ResolvedPolicy.from_json(json.loads(json.dumps(document)))


def policy_value(policy: Policy, parameter: str, *, contract: Overlay | None = None) -> Any:
    """The value of a parameter that concerns no kind of session: as a contract states it, else the policy, else its default."""
    for overlay in (contract or Overlay(), policy.own):
        stated = stated_value(overlay, parameter, "")
        if stated is not None:
            return PARAMETERS[parameter].read(stated[0])
    return PARAMETERS[parameter].read(PARAMETERS[parameter].default)


def _value(policy: Policy, layers: Mapping[Source, Overlay], kind: str, parameter: str) -> Raw:
    for source, overlay in layers.items():
        stated = stated_value(overlay, parameter, kind)
        if stated is not None:
            rule = policy.cites.get(parameter) if source is Source.POLICY else None
            named = source if source is not Source.POLICY or _says(policy, kind, parameter) else Source.PRESET
            return {"value": stated[0], "source": named, **({} if rule is None else {"rule": rule})}
    return {"value": PARAMETERS[parameter].default, "source": Source.DEFAULT}


def _says(policy: Policy, kind: str, parameter: str) -> bool:
    """Whether the document names the value itself, rather than the preset that it extends."""
    return policy.said is None or stated_value(Overlay(values=policy.said), parameter, kind) is not None


def _stated(reasons: Mapping[str, Raw]) -> dict[str, Raw]:
    """The reasons with those who may state them named, so that nothing depends on which reasons a later release knows."""
    known = base()["reasons"]
    return {
        code: {"stated_by": list(stated_by_default(code, Use(raw["use"]), added=code not in known)), **raw}
        for code, raw in reasons.items()
    }


def _split_kinds(raw: Any) -> dict[str, tuple[Raw, Overlay]]:
    found = {code: kind_overlay(one, "kinds", code) for code, one in table_at(raw, "kinds").items()}
    if not found:
        raise PolicyError("at least one kind of session is wanted", "kinds")
    for code in found:
        if not (code.isascii() and code.isidentifier()):
            raise PolicyError("the code of a kind has letters, digits and underscores", "kinds", code)
    return found


def _rows(rules: tuple[Raw, ...]) -> tuple[Row, ...]:
    return tuple(read_row(raw, place) for place, raw in enumerate(with_absences(rules)))


def _terms(reasons: Mapping[str, Raw], currency: str, *path: str) -> dict[str, Terms]:
    known = base()["reasons"]
    found: dict[str, Terms] = {}
    for code, raw in reasons.items():
        found[code] = read_terms(code, raw, currency, *path, code, added=code not in known)
        if code in known and raw["use"] != known[code]["use"]:
            raise PolicyError("the use of a reason of MODEL 4 is fixed", *path, code, "use")
        if code == RESOLVED and replace(found[code], rule=None) != Terms(use=Use.ENDED):
            raise PolicyError("choosing between two bookings never costs anything (D-14)", *path, code)
    return found


def _tallies(raw: Mapping[str, Raw], currency: str) -> dict[str, Tally]:
    return {name: read_tally(name, one, currency) for name, one in raw.items()}


def _check(policy: Policy) -> None:
    kinds = frozenset(policy.kinds)
    _check_table(policy.rows, policy.reasons, policy.tallies, policy.own, kinds)
    check_amounts(policy.own.values, policy.currency)
    for code, overlay in policy.by_kind.items():
        reasons = policy.reasons
        if overlay.reasons:
            reasons = _terms(reasons_of(policy.own, overlay), policy.currency, "kinds", code, "reasons")
            check_rows(policy.rows, reasons, policy.tallies, kinds)
        check_values(overlay.values, reasons, kinds, "kinds", code, "values")
        check_amounts(overlay.values, policy.currency, "kinds", code, "values")


def _check_table(
    rows: tuple[Row, ...],
    reasons: Mapping[str, Terms],
    tallies: Mapping[str, Tally],
    overlay: Overlay,
    kinds: frozenset[str],
) -> None:
    check_rows(rows, reasons, tallies, kinds)
    check_tallies(tallies, reasons, kinds)
    check_values(overlay.values, reasons, kinds)
