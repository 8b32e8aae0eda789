"""Documents as raw tables: parsed, completed by the preset that they extend, and split into what each source states."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from typing import Any

from policy.fields import Fields, read_at, table_at
from policy.parameters import PARAMETERS, QUANTITY, PolicyError, one_of, read_text
from policy.presets import PRESETS, preset_text

Raw = dict[str, Any]
LONGEST_DOCUMENT = 100_000
SECTIONS = tuple(sorted({name.partition(".")[0] for name in PARAMETERS}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What one source states: values, deviating reasons, and, each as a whole, a change table and tallies; still raw."""

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reasons: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
    rules: tuple[Raw, ...] | None = None
    tallies: Mapping[str, Raw] | None = None


def parse(document: str) -> Raw:
    """The document's tables. Raises PolicyError where it is not TOML, or larger than any policy."""
    if len(document) > LONGEST_DOCUMENT:
        raise PolicyError(f"a document has at most {LONGEST_DOCUMENT} characters")
    try:
        document.encode()  # half a surrogate pair is no text that could be kept
        return _plain(tomllib.loads(document))
    except (ValueError, RecursionError) as fault:
        raise PolicyError(f"this is not TOML: {fault}") from None


def _plain(raw: Any) -> Any:
    """The same in the types of JSON, so that what is kept reads like what was written: local times become text."""
    if isinstance(raw, dict):
        return {str(name): _plain(value) for name, value in raw.items()}
    if isinstance(raw, list):
        return [_plain(value) for value in raw]
    return raw.isoformat() if isinstance(raw, time) else raw


def completed(raw: Raw) -> Raw:
    """The document with everything that it takes over from the preset that it extends."""
    own = dict(raw)
    extended = own.pop("extends", None)
    if extended is None:
        return own
    preset = read_at(one_of(*PRESETS), extended, "extends")
    return _merged(_without_cites(_preset(preset), own), own)


@cache
def _preset(name: str) -> Raw:
    """A preset's own document; it is merged into others and never changed."""
    return parse(preset_text(name))


def _merged(weak: Raw, strong: Raw) -> Raw:
    """Tables are merged name by name; lists, and with them the change table, are stated as a whole."""
    both = {
        name: _merged(weak[name], value) if isinstance(value, dict) and isinstance(weak.get(name), dict) else value
        for name, value in strong.items()
    }
    return {**weak, **both}


def _without_cites(preset: Raw, own: Raw) -> Raw:
    """The preset without the rules behind what the document states itself: there it no longer follows them."""
    kept = {group: _uncited(parts, _named(own, group)) if group in CITING else parts for group, parts in preset.items()}
    stated = {section: set(_named(own, section)) for section in SECTIONS}
    kept["cites"] = {
        section: {name: rule for name, rule in rules.items() if name not in stated[section]}
        for section, rules in preset.get("cites", {}).items()
    }
    return kept


CITING = ("kinds", "reasons", "tallies")
"""Groups whose members carry their rule themselves."""


def _uncited(parts: Raw, own: Mapping[str, Any]) -> Raw:
    return {
        name: {key: value for key, value in one.items() if key != "rule"}
        if set(_named(own, name)) - {"values", "reasons"}
        else one
        for name, one in parts.items()
    }


def _named(raw: Any, name: str) -> Mapping[str, Any]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def flat(raw: Any, *path: str) -> dict[str, Any]:
    """`{booking = {horizon = …}}` as `booking.horizon`. Raises PolicyError for a name that is no parameter's."""
    found: dict[str, Any] = {}
    for section, names in table_at(raw, *path).items():
        for name, value in table_at(names, *path, section).items():
            if f"{section}.{name}" not in PARAMETERS:
                raise PolicyError("is not known", *path, section, name)
            found[f"{section}.{name}"] = value
    return found


def values_of(raw: Raw) -> dict[str, Any]:
    """The values that a document of its own names in its sections; it was read before, and is valid."""
    change = {name: value for name, value in _named(raw, "change").items() if name != "rules"}
    return flat({**{section: _named(raw, section) for section in SECTIONS}, "change": dict(change)})


def overlay_of(fields: Fields, *, table_needed: bool = False) -> Overlay:
    """What the document states in its sections, `reasons`, `change.rules` and `tallies`."""
    sections = {section: table_at(fields.get(section, _any, {}), *fields.path, section) for section in SECTIONS}
    change = dict(sections["change"])
    rules = change.pop("rules", None)
    if rules is None and table_needed:
        raise PolicyError("is missing", *fields.path, "change", "rules")
    tallies = fields.get("tallies", _any)
    return Overlay(
        values=flat({**sections, "change": change}, *fields.path),
        reasons=_tables(fields.get("reasons", _any, {}), *fields.path, "reasons"),
        rules=None if rules is None else _rules(rules),
        tallies=None if tallies is None else _tables(tallies, *fields.path, "tallies"),
    )


def kind_overlay(raw: Any, *path: str) -> tuple[Raw, Overlay]:
    """A kind's own fields, and what differs for sessions of it."""
    kind = dict(table_at(raw, *path))
    values = flat(kind.pop("values", {}), *path, "values")
    return kind, Overlay(values=values, reasons=_tables(kind.pop("reasons", {}), *path, "reasons"))


def _any(raw: Any) -> Any:
    return raw


def _tables(raw: Any, *path: str) -> dict[str, Raw]:
    return {name: dict(table_at(one, *path, name)) for name, one in table_at(raw, *path).items()}


def _rules(raw: Any) -> tuple[Raw, ...]:
    if not isinstance(raw, list) or len(raw) > 60:
        raise PolicyError("a list of at most 60 rows is wanted", "change", "rules")
    return tuple(dict(table_at(row, "change", "rules", str(place))) for place, row in enumerate(raw))


@cache
def base() -> Raw:
    """The reasons of MODEL 4 and the rows of absences, which hold where a policy states nothing else."""
    return parse(preset_text("base"))


def with_absences(rules: tuple[Raw, ...]) -> tuple[Raw, ...]:
    """The table with the default row of each side's absence, where it states none (MODEL 3.4)."""
    stated = {row.get("by") for row in rules if row.get("action") == "MISS"}
    return (*rules, *(row for row in base()["absences"] if row["by"] not in stated))


def reasons_of(*overlays: Overlay) -> dict[str, Raw]:
    """Each reason with all its fields: those of MODEL 4, then what the overlays state, the strongest last."""
    found: dict[str, Raw] = {code: dict(terms) for code, terms in base()["reasons"].items()}
    for overlay in overlays:
        for code, terms in overlay.reasons.items():
            # A deviation does not follow the rule that the reason cited before.
            kept = {name: value for name, value in found.get(code, {}).items() if name != "rule" or not terms}
            found[code] = {**kept, **terms}
    return found


def stated_value(overlay: Overlay, parameter: str, kind: str) -> tuple[Any] | None:
    """What the overlay states for this parameter and kind, in a tuple of one; None where it states nothing."""
    if parameter not in overlay.values:
        return None
    raw = overlay.values[parameter]
    if parameter == QUANTITY and isinstance(raw, dict):
        return (raw[kind],) if kind in raw else None
    return (raw,)


def read_cites(raw: Any) -> dict[str, str]:
    """The rule behind each parameter that cites one."""
    return {name: read_at(read_text, rule, "cites", *name.split(".")) for name, rule in flat(raw, "cites").items()}
