"""Two organisations never meet: by keys, and by the database itself (ARCHITECTURE, decision 8)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from commands.action_items import AddActionItem, add_action_item
from commands.answer_investigation import AnswerInvestigation, answer_investigation
from commands.attend import Attend, attend
from commands.contest_outcome import ContestOutcome, contest_outcome
from commands.offer_rebooking import OfferRebooking, offer_rebooking
from commands.record_outcome import RecordOutcome, record_outcome
from commands.record_receipt import RecordReceipt, record_receipt
from commands.write_note import WriteNote, write_note
from fortnight.database import open_database
from models.registry import metadata
from models.unit import Database
from policy.investigation import Evidence
from policy.terms import Side, Visibility
from tests.invariants.deeds import BEST_ANSWERS
from tests.support.platform import Platform, done, open_platform
from tests.support.postgres import Cluster, owner_engine

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
OWNED = sorted(name for name, table in metadata.tables.items() if "organisation_id" in table.columns)
LIVED_IN = {
    "person", "person_role", "coach", "coach_kind", "weekly_hours", "session_kind", "policy_version", "resolved_policy", "membership",
    "engagement", "session", "session_move", "busy", "credit_lot", "ledger_entry", "money_entry", "event", "event_person",
    "notification", "idempotency_key", "due_work", "earning", "presence", "session_case", "case_evidence", "task", "proposal",
    "duplicate_case", "duplicate_session", "note", "note_revision", "action_item", "payment",
}  # fmt: skip
"""What an organisation in which people book, move, miss, report and contest sessions has rows in, at least."""
INSERT_ONLY = (
    "policy_version", "resolved_policy", "session_move", "ledger_entry", "money_entry", "event", "event_person",
    "presence", "note_revision", "case_evidence", "payment",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Iterator[tuple[Database, Engine]]:
    """One database for the whole module: nothing of what its tests try may have an effect."""
    name = cluster.clone()
    database, owner = open_database(cluster.url(name), pool_size=4), owner_engine(cluster.url(name))
    yield database, owner
    database.engine.dispose()
    owner.dispose()
    cluster.drop(name)


@pytest.fixture(scope="module")
def database(shared: tuple[Database, Engine]) -> Database:
    return shared[0]


@pytest.fixture(scope="module")
def owner(shared: tuple[Database, Engine]) -> Engine:
    return shared[1]


@pytest.fixture(scope="module")
def lived_in(database: Database) -> Platform:
    """An organisation in which something has happened."""
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor", "engagement_manager")
    platform.member("Maya", "Eva")
    moved = platform.booked("Maya", "mentor", "Eva", CALL + timedelta(hours=2))
    done(platform.reschedule("Maya", moved, CALL + timedelta(days=1)))
    lost = platform.booked("Maya", "coaching", "Eva", CALL)
    platform.at(CALL - timedelta(hours=1))
    shown = platform.can_cancel("Maya", lost).consequence
    assert shown is not None
    done(platform.cancel("Maya", lost, acknowledge=shown.digest))
    _live_on(platform, moved)
    return platform


def _live_on(platform: Platform, mentor: int) -> None:
    """Maya misses the mentor call and contests that; two bookings of hers compete; Eva writes, and offers another time."""
    database, day = platform.database, timedelta(days=1)
    call = platform.booked("Maya", "engagement_manager", "Eva", CALL + day + timedelta(hours=2))
    platform.at(CALL + day + timedelta(minutes=10))
    done(attend(database, platform.request("Eva"), Attend(session_id=mentor)))
    absent = RecordOutcome(session_id=mentor, held=False, absent=Side.MEMBER)
    done(record_outcome(database, platform.request("Eva"), absent))
    done(contest_outcome(database, platform.request("Maya"), ContestOutcome(session_id=mentor)))
    shown = Evidence(name="s.png", media_type="image/png", octets=1, sha256="0" * 64, reference="1")
    answers = AnswerInvestigation(session_id=mentor, answers=BEST_ANSWERS, evidence=(shown,))
    done(answer_investigation(database, platform.request("Maya"), answers))
    note = WriteNote(session_id=mentor, words="Words.", visibility=Visibility.SHARED)
    done(write_note(database, platform.request("Eva"), note))
    step = AddActionItem(session_id=mentor, words="A step.", visibility=Visibility.SHARED)
    done(add_action_item(database, platform.request("Eva"), step))
    platform.at(CALL + day + timedelta(hours=4))
    done(offer_rebooking(database, platform.request("Eva"), OfferRebooking(session_id=call)))
    for number in range(2):
        platform.booked("Maya", "coaching", "Eva", CALL + timedelta(days=20 + number))
    paid = RecordReceipt(
        member_id=platform.people["Maya"], minor_units=1, currency="EUR", provider="till", reference="1"
    )
    done(record_receipt(database, platform.request(), paid))


@pytest.fixture(scope="module")
def stranger(lived_in: Platform, database: Database) -> Platform:
    """Another organisation in the same database."""
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Cora", "coaching")
    return platform


def filled(owner: Engine, organisation: int) -> Iterator[str]:
    """The tables in which the organisation has rows."""
    with owner.connect() as connection:
        for table in OWNED:
            count = text(f"SELECT count(*) FROM {table} WHERE organisation_id = :organisation")
            if connection.execute(count, {"organisation": organisation}).scalar_one():
                yield table


def test_every_table_of_an_organisation_is_guarded(owner: Engine) -> None:
    guards = text("""
        SELECT relname, relrowsecurity, relforcerowsecurity,
            (SELECT array_agg(pg_get_expr(polqual, polrelid)) FROM pg_policy WHERE polrelid = pg_class.oid
                AND 'fortnight_app'::regrole = ANY(polroles)) AS conditions,
            pg_get_userbyid(relowner) = 'fortnight_app' AS owned
        FROM pg_class WHERE relname = ANY(:tables) AND relkind = 'r'
    """)
    with owner.connect() as connection:
        found = {row.relname: row for row in connection.execute(guards, {"tables": [*OWNED, "organisation"]})}
    assert sorted(found) == sorted([*OWNED, "organisation"])
    for name, row in found.items():
        assert row.relrowsecurity, name
        assert row.relforcerowsecurity, name
        assert not row.owned, name
        key = "id" if name == "organisation" else "organisation_id"
        assert len(row.conditions) == 1, name
        assert f"({key} = (NULLIF(current_setting('fortnight.organisation'" in row.conditions[0], name


def test_the_application_cannot_set_the_guard_aside(owner: Engine) -> None:
    rights = text("SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname LIKE 'fortnight\\_%' ")
    with owner.connect() as connection:
        roles = connection.execute(rights).all()
    assert len(roles) == 2
    assert {tuple(role) for role in roles} == {(False, False, False)}


def test_nobody_sees_rows_of_another_organisation(stranger: Platform, lived_in: Platform, owner: Engine) -> None:
    tables = set(filled(owner, lived_in.organisation_id))
    assert tables >= LIVED_IN
    with stranger.database.unit(stranger.organisation_id) as unit:
        for table in [*tables, "organisation"]:
            key = "id" if table == "organisation" else "organisation_id"
            seen = unit.connection.execute(text(f"SELECT DISTINCT {key} FROM {table}")).scalars().all()
            assert set(seen) <= {stranger.organisation_id}, table


def test_nobody_changes_rows_of_another_organisation(stranger: Platform, lived_in: Platform, owner: Engine) -> None:
    for table in filled(owner, lived_in.organisation_id):
        if table in (*INSERT_ONLY, "duplicate_session"):
            continue
        with stranger.database.unit(stranger.organisation_id) as unit:
            update = text(f"UPDATE {table} SET organisation_id = organisation_id WHERE organisation_id = :organisation")
            assert unit.connection.execute(update, {"organisation": lived_in.organisation_id}).rowcount == 0, table


def test_nobody_writes_rows_for_another_organisation(stranger: Platform, lived_in: Platform, owner: Engine) -> None:
    for table in filled(owner, lived_in.organisation_id):
        copy = text(f"INSERT INTO {table} SELECT (CAST(:row AS {table})).*")
        with owner.connect() as connection:
            whole = connection.execute(
                text(f"SELECT CAST(one AS text) FROM {table} AS one WHERE organisation_id = :organisation LIMIT 1"),
                {"organisation": lived_in.organisation_id},
            ).scalar_one()
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            stranger.database.unit(stranger.organisation_id) as unit,
        ):
            unit.connection.execute(copy, {"row": whole})


def test_without_an_organisation_nothing_is_seen(lived_in: Platform, database: Database) -> None:
    with database.engine.connect() as connection:
        for table in [*OWNED, "organisation"]:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table


@pytest.mark.parametrize(
    ("table", "column"),
    sorted(
        (name, column.name)
        for name in OWNED
        for key in metadata.tables[name].foreign_key_constraints
        for column in key.columns
        if column.name != "organisation_id"
    ),
)
def test_a_key_never_points_into_another_organisation(table: str, column: str) -> None:
    keys = [key for key in metadata.tables[table].foreign_key_constraints if column in key.column_keys]
    assert [key.column_keys[0] for key in keys] == ["organisation_id"] * len(keys)


def test_a_forged_reference_is_refused(stranger: Platform, lived_in: Platform, owner: Engine) -> None:
    """Even the owner cannot give a person of one organisation a role in another."""
    with owner.connect() as connection, pytest.raises(IntegrityError, match="fk_person_role_organisation_id_person_id"):
        connection.execute(
            text("INSERT INTO person_role (organisation_id, person_id, role) VALUES (:organisation, :person, 'COACH')"),
            {"organisation": stranger.organisation_id, "person": lived_in.people["Maya"]},
        )


@pytest.mark.parametrize("table", INSERT_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET organisation_id = organisation_id", "DELETE FROM {}"])
def test_records_are_only_added_to(lived_in: Platform, table: str, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        lived_in.database.unit(lived_in.organisation_id) as unit,
    ):
        unit.connection.execute(text(statement.format(table)))


@pytest.mark.parametrize("table", OWNED)
def test_no_table_can_be_emptied(lived_in: Platform, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        lived_in.database.unit(lived_in.organisation_id) as unit,
    ):
        unit.connection.execute(text(f"TRUNCATE {table}"))


ENTRY = text("""
INSERT INTO ledger_entry (organisation_id, kind, from_lot_id, from_account, to_lot_id, to_account, units, event_id,
    recorded_at, effective_at, cause_key)
SELECT lot.organisation_id, 'ADJUST', lot.id, CAST(:account AS text), NULL, NULL, :units,
    (SELECT min(id) FROM event WHERE organisation_id = lot.organisation_id), now(), now(), 'forged:' || :account
FROM credit_lot AS lot WHERE lot.organisation_id = :organisation ORDER BY lot.id LIMIT 1
""")


@pytest.mark.parametrize("account", ["AVAILABLE", "HELD", "USED", "FORFEITED", "EXPIRED", "REVOKED"])
def test_no_account_falls_below_zero(lived_in: Platform, account: str) -> None:
    values: dict[str, Any] = {"organisation": lived_in.organisation_id, "account": account, "units": 5}
    with (
        pytest.raises(IntegrityError, match="would fall to"),
        lived_in.database.unit(lived_in.organisation_id) as unit,
    ):
        unit.connection.execute(ENTRY, values)


def test_one_cause_enters_the_ledger_once(lived_in: Platform) -> None:
    copy = text("""
        INSERT INTO ledger_entry (organisation_id, kind, to_lot_id, to_account, units, event_id, recorded_at, effective_at, cause_key)
        SELECT organisation_id, kind, to_lot_id, to_account, units, event_id, recorded_at, effective_at, cause_key
        FROM ledger_entry WHERE kind = 'GRANT' LIMIT 1
    """)
    with (
        pytest.raises(IntegrityError, match="uq_ledger_entry_organisation_id_cause_key"),
        lived_in.database.unit(lived_in.organisation_id) as unit,
    ):
        unit.connection.execute(copy)
