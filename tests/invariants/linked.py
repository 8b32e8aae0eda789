"""Every entry that undoes something says what: the links that people read, beside what plain rows tell."""

from models.queries.reversals import Links, reversals_of_credits, reversals_of_money
from models.unit import Unit
from tests.scenarios.records import Records, Row

UNDOING = {"RESTORE", "RELEASE", "EARNING_REVERSAL", "REFUND"}
UNDONE = {
    "RESTORE": {"CONSUME", "FORFEIT"},
    "RELEASE": {"HOLD"},
    "EARNING_REVERSAL": {"EARNING"},
    "REFUND": {"CHARGE", "PENALTY"},
}


def assert_reversals_are_linked(unit: Unit, records: Records) -> None:
    """Each entry that undoes something names what, which came before it, and nothing else does; both ways say the same."""
    for table, read in (("ledger_entry", reversals_of_credits), ("money_entry", reversals_of_money)):
        rows = {row["id"]: row for row in records.of(table)}
        found = read(unit, sorted(rows))
        assert _pairs(found.undoes) == {(later, former) for former, later in _pairs(found.undone_by)}
        assert set(found.undoes) == {key for key, row in rows.items() if row["kind"] in UNDOING}
        for later, former in _pairs(found.undoes):
            _fits(rows[later], rows[former])
        one_by_one = {key: tuple(read(unit, [key]).undoes.get(key, ())) for key in rows}
        assert one_by_one == {key: tuple(found.undoes.get(key, ())) for key in rows}


def _fits(later: Row, former: Row) -> None:
    assert former["id"] < later["id"]
    assert former["kind"] in UNDONE[later["kind"]]
    if "units" in later:
        assert (former["session_id"], former["to_lot_id"]) == (later["session_id"], later["from_lot_id"])
        assert former["to_account"] == later["from_account"]
    else:
        assert former["person_id"] == later["person_id"]
        assert former["minor_units"] >= later["minor_units"]


def _pairs(links: Links) -> set[tuple[int, int]]:
    return {(one, other) for one, others in links.items() for other in others}
