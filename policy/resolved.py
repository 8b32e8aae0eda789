"""All values that one kind of session is booked under, each with its source: immutable, found by its digest (D-41)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from policy.facts import Kind
from policy.fields import Fields, read_at, table_at
from policy.money import Money
from policy.parameters import PARAMETERS, BookingLimit, one_of, read_text, whole
from policy.reading import read_currency, read_kind, read_row, read_tally, read_terms
from policy.reasons import Terms
from policy.rows import Row
from policy.tallies import Tally
from policy.terms import Anchor, Basis, Boundary, DuplicateKeep, DuplicatePolicy, PeriodKind, Source, ZoneOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A parameter's value: typed, as it was written, where it comes from, and the published rule behind it."""

    value: Any
    raw: Any
    source: Source
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPolicy:
    """What a session of one kind is booked under. Two are equal if and only if their digests are."""

    name: str
    version: int
    currency: str = field(compare=False)
    kind: Kind = field(compare=False)
    values: Mapping[str, Value] = field(compare=False)
    reasons: Mapping[str, Terms] = field(compare=False)
    rows: tuple[Row, ...] = field(compare=False)
    tallies: Mapping[str, Tally] = field(compare=False)
    json_text: str = field(compare=False, repr=False)
    digest: str

    @staticmethod
    def from_json(document: dict[str, Any]) -> "ResolvedPolicy":
        """The resolved policy that a document of `json_text` holds. Raises PolicyError for anything else."""
        fields = Fields(document)
        name = fields.need("policy", read_text)
        version = fields.need("version", whole(0, 1_000_000_000))
        currency = fields.need("currency", read_currency)
        kind = dict(fields.need("kind", table_at))
        values = fields.need("values", table_at)
        reasons = fields.need("reasons", table_at)
        rows = fields.need("rows", _list)
        tallies = fields.need("tallies", table_at)
        fields.finish()
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return ResolvedPolicy(
            name=name,
            version=version,
            currency=currency,
            kind=read_kind(str(kind.pop("code", "")), kind, currency),
            values={parameter: _value(parameter, values.get(parameter)) for parameter in PARAMETERS},
            reasons={
                code: read_terms(code, raw, currency, "reasons", code, added=False) for code, raw in reasons.items()
            },
            rows=tuple(read_row(raw, number) for number, raw in enumerate(rows)),
            tallies={tally: read_tally(tally, raw, currency) for tally, raw in tallies.items()},
            json_text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )

    def value(self, parameter: str) -> Any:
        """The typed value of a parameter."""
        return self.values[parameter].value

    def source(self, parameter: str) -> Source:
        """Where its value comes from."""
        return self.values[parameter].source

    def integer(self, parameter: str) -> int:
        """The value of a whole-number parameter."""
        return self.value(parameter)

    def optional_integer(self, parameter: str) -> int | None:
        """The value of a whole-number parameter that may be none."""
        return self.value(parameter)

    def duration(self, parameter: str) -> timedelta:
        """The value of a parameter that is elapsed time."""
        return self.value(parameter)

    def optional_duration(self, parameter: str) -> timedelta | None:
        """The value of an elapsed-time parameter that may be none."""
        return self.value(parameter)

    def clock(self, parameter: str) -> time:
        """The value of a parameter that is a local time."""
        return self.value(parameter)

    def flag(self, parameter: str) -> bool:
        """The value of a yes-or-no parameter."""
        return self.value(parameter)

    @property
    def basis(self) -> Basis:
        """What a member's right to sessions rests on."""
        return self.value("entitlement.basis")

    @property
    def period(self) -> PeriodKind:
        """How time is cut into periods."""
        return self.value("entitlement.period")

    @property
    def quantity(self) -> int:
        """Sessions of this kind per period, pack or purchase."""
        return self.value("entitlement.quantity")

    @property
    def booking_limits(self) -> tuple[BookingLimit, ...]:
        """How many sessions a member books per day, week or period."""
        return self.value("booking.limits")

    @property
    def max_arrears(self) -> Money | None:
        """Up to which debt members book."""
        most = self.value("booking.max_arrears")
        return None if most is None else Money.of(most, self.currency)

    @property
    def duplicate_policy(self) -> DuplicatePolicy:
        """What a second booking of a kind in a period meets."""
        return self.value("booking.duplicate_policy")

    @property
    def duplicate_keep(self) -> DuplicateKeep:
        """Which of several bookings is kept without an answer."""
        return self.value("booking.duplicate_keep")

    @property
    def boundary(self) -> Boundary:
        """Whether a limit reached exactly is kept."""
        return self.value("change.boundary")

    @property
    def anchor(self) -> Anchor:
        """To which start the notice runs."""
        return self.value("change.anchor")

    @property
    def limit_zone(self) -> ZoneOf:
        """In whose zone limits by time of day are read."""
        return self.value("change.limit_zone")


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError("a list is wanted")
    return raw


def _value(parameter: str, stored: Any) -> Value:
    """A stored value; one that was not known when it was stored has its default."""
    known = PARAMETERS[parameter]
    if stored is None:
        return Value(value=known.read(known.default), raw=known.default, source=Source.DEFAULT)
    fields = Fields(stored, "values", parameter)
    raw = fields.need("value", lambda one: one)
    source = Source(fields.need("source", one_of(*Source)))
    rule = fields.get("rule", read_text)
    fields.finish()
    return Value(value=read_at(known.read, raw, *parameter.split(".")), raw=raw, source=source, rule=rule)
