"""The statements of everybody together are the money ledger: each entry stands on one of them, and none twice (MODEL 7)."""

from collections import Counter
from datetime import datetime

from models.queries.statements import SETTLED, Account, sums_of_account
from models.unit import Unit
from policy.terms import Side
from tests.scenarios.records import Records

Sums = Counter[tuple[int, str, str]]
"""Minor units by person, kind of entry and currency."""


def assert_statements_are_the_ledger(unit: Unit, records: Records, *, now: datetime) -> None:
    """What sponsors owe apart, the statements say what the ledger says, whole and cut in two at any instant."""
    persons = [row["id"] for row in records.of("person")]
    whole = _sums(unit, persons)
    ledger: Sums = Counter()
    for entry in records.of("money_entry"):
        if entry["contract_id"] is None:
            ledger[(entry["person_id"], entry["kind"], entry["currency"])] += entry["minor_units"]
    assert Counter({key: units for key, units in whole.items() if key[1] != SETTLED}) == ledger
    paid: Sums = Counter()
    for payment in records.of("payment"):
        paid[(payment["member_id"], SETTLED, payment["currency"])] += payment["minor_units"]
    earnings = {row["id"]: row for row in records.of("earning")}
    for event in records.of("event"):
        if event["name"] == "EARNING_PAID":
            earning = earnings[event["effects"][0]["earning"]]
            paid[(earning["coach_id"], SETTLED, earning["currency"])] += earning["minor_units"]
    assert Counter({key: units for key, units in whole.items() if key[1] == SETTLED}) == +paid
    assert _sums(unit, persons, until=now) + _sums(unit, persons, since=now) == whole


def _sums(unit: Unit, persons: list[int], *, since: datetime | None = None, until: datetime | None = None) -> Sums:
    found: Sums = Counter()
    for person in persons:
        for side in (Side.MEMBER, Side.COACH):
            for row in sums_of_account(unit, Account(person_id=person, side=side, since=since, until=until)):
                found[(person, row.kind, row.currency)] += row.within
    return +found
