"""Which entries of the ledgers undo which others; nothing is ever changed, so this follows from the entries alone (D-30, D-56)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import TextClause, text

from models.unit import Unit

Links: TypeAlias = Mapping[int, Sequence[int]]

# A unit that was used or lost is restored to the lot that it left; one that was held is released from it.
CREDITS = text("""
SELECT later.id AS later, former.id AS former FROM ledger_entry AS later
CROSS JOIN LATERAL (
    SELECT entry.id FROM ledger_entry AS entry
    WHERE entry.organisation_id = later.organisation_id AND entry.session_id = later.session_id AND entry.id < later.id
    AND entry.to_lot_id = later.from_lot_id AND entry.to_account = later.from_account
    AND entry.kind = ANY(CASE later.kind WHEN 'RESTORE' THEN ARRAY['CONSUME', 'FORFEIT'] ELSE ARRAY['HOLD'] END)
    ORDER BY entry.id DESC LIMIT 1
) AS former
WHERE later.organisation_id = :organisation AND later.kind IN ('RESTORE', 'RELEASE')
AND later.session_id IN (SELECT session_id FROM ledger_entry WHERE organisation_id = :organisation AND id = ANY(:ids))
AND (later.id = ANY(:ids) OR former.id = ANY(:ids)) ORDER BY later.id
""")

# What is taken back of a session is the latest of its kind and amount. A price that is refunded was charged with the payment for the
# units that the session held, which may have been bought long before (T8, D-52).
# The number at the end of an entry's cause is the place of the effect that wrote it.
PRICE = """(later.kind = 'REFUND' AND EXISTS (SELECT FROM event WHERE event.organisation_id = later.organisation_id AND event.id = later.event_id
        AND event.effects -> CAST(substring(later.cause_key FROM '[0-9]+$') AS int) ->> 'effect' = 'Refund'))"""
MONEY = text(f"""
WITH asked AS (
    SELECT id, session_id, event_id FROM money_entry WHERE organisation_id = :organisation AND id = ANY(:ids)
), sessions AS (
    SELECT session_id FROM asked WHERE session_id IS NOT NULL
    UNION SELECT held.session_id FROM asked
        JOIN payment ON payment.organisation_id = :organisation AND payment.event_id = asked.event_id
        JOIN ledger_entry AS held ON held.organisation_id = :organisation AND held.from_lot_id = payment.lot_id AND held.kind = 'HOLD'
), links AS (
    SELECT later.id AS later, former.id AS former FROM money_entry AS later
    CROSS JOIN LATERAL (
        SELECT entry.id FROM money_entry AS entry
        WHERE entry.organisation_id = later.organisation_id AND entry.session_id = later.session_id AND entry.id < later.id
        AND entry.person_id = later.person_id AND entry.contract_id IS NOT DISTINCT FROM later.contract_id
        AND entry.minor_units = later.minor_units AND (entry.tally IS NULL) = (later.tally IS NULL)
        AND entry.kind = ANY(CASE later.kind WHEN 'EARNING_REVERSAL' THEN ARRAY['EARNING'] ELSE ARRAY['CHARGE', 'PENALTY'] END)
        ORDER BY entry.id DESC LIMIT 1
    ) AS former
    WHERE later.organisation_id = :organisation AND later.session_id IN (SELECT session_id FROM sessions)
    AND later.kind IN ('EARNING_REVERSAL', 'REFUND') AND NOT {PRICE}
    UNION SELECT later.id, former.id FROM money_entry AS later
    JOIN ledger_entry AS held ON held.organisation_id = later.organisation_id AND held.session_id = later.session_id AND held.kind = 'HOLD'
    JOIN payment ON payment.organisation_id = later.organisation_id AND payment.lot_id = held.from_lot_id
    JOIN money_entry AS former ON former.organisation_id = later.organisation_id AND former.event_id = payment.event_id
        AND former.kind = 'CHARGE'
    WHERE later.organisation_id = :organisation AND later.session_id IN (SELECT session_id FROM sessions)
    AND {PRICE}
)
SELECT later, former FROM links WHERE later = ANY(:ids) OR former = ANY(:ids) ORDER BY later, former
""")


@dataclass(frozen=True, slots=True)
class Reversals:
    """For each entry: those that it undoes, and those by which it was undone, in whole or in part."""

    undoes: Links = field(default_factory=dict[int, Sequence[int]])
    undone_by: Links = field(default_factory=dict[int, Sequence[int]])

    @property
    def others(self) -> list[int]:
        """All entries on the other ends."""
        return sorted({key for found in (self.undoes, self.undone_by) for keys in found.values() for key in keys})


def reversals_of_credits(unit: Unit, entries: Sequence[int]) -> Reversals:
    """What these entries of the credit ledger undo, and what undoes them; one statement."""
    return _read(unit, CREDITS, entries)


def reversals_of_money(unit: Unit, entries: Sequence[int]) -> Reversals:
    """What these entries of the money ledger undo, and what undoes them; one statement."""
    return _read(unit, MONEY, entries)


def _read(unit: Unit, statement: TextClause, entries: Sequence[int]) -> Reversals:
    undoes: dict[int, list[int]] = defaultdict(list)
    undone_by: dict[int, list[int]] = defaultdict(list)
    values = {"organisation": unit.organisation_id, "ids": list(entries)}
    for row in unit.connection.execute(statement, values):
        undoes[row.later].append(row.former)
        undone_by[row.former].append(row.later)
    return Reversals(undoes, undone_by)
