"""Whatever is due is settled before anything is answered, as of one instant, and never within the answer's own snapshot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.unit import count_statements
from tests.api.conftest import FrontEnd
from tests.api.documents import ADVANCE, BOOK

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
END = CALL + timedelta(minutes=45)
STATUS = "query ($id: ID!) { node(id: $id) { ... on Session { status version } } }"
LOTS = "{ viewer { entitlements { nodes { opensAt available expired } } } }"


@pytest.fixture
def call(front_end: FrontEnd) -> str:
    """Maya's call with Eva."""
    return front_end.session(front_end.platform.booked("Maya", "coaching", "Eva", CALL))


def stand(front_end: FrontEnd, at: datetime) -> None:
    """The sandbox stands at this instant, and no worker has run."""
    answer = front_end.tell("Sam", ADVANCE, to=at.isoformat(), runTimers=False)
    assert "organisation" in answer, answer


@pytest.mark.parametrize("who", ["Maya", "Eva", "Sam"])
def test_a_query_shows_what_is_true_at_its_instant_whether_or_not_workers_have_run(
    front_end: FrontEnd, call: str, who: str
) -> None:
    stand(front_end, END - timedelta(microseconds=1))
    assert front_end.ask(who, STATUS, id=call)["node"] == {"status": "SCHEDULED", "version": 1}
    stand(front_end, END)
    assert front_end.ask(who, STATUS, id=call)["node"] == {"status": "AWAITING_OUTCOME", "version": 2}


def test_what_is_settled_on_the_way_is_effective_at_its_own_instant(front_end: FrontEnd, call: str) -> None:
    stand(front_end, END + timedelta(hours=5))
    document = "query ($id: ID!) { node(id: $id) { ... on Session { history { nodes { name at recordedAt actor { kind } } } } } }"
    entry = front_end.ask("Maya", document, id=call)["node"]["history"]["nodes"][-1]
    assert entry == {
        "name": "SESSION_ENDED",
        "at": "2027-03-18T10:45:00Z",
        "recordedAt": "2027-03-18T15:45:00Z",
        "actor": {"kind": "SYSTEM"},
    }


def test_credits_expire_and_open_at_midnight_for_who_looks_later(front_end: FrontEnd) -> None:
    stand(front_end, datetime(2027, 4, 2, tzinfo=UTC))
    lots = front_end.ask("Maya", LOTS)["viewer"]["entitlements"]["nodes"]
    march = [lot for lot in lots if lot["opensAt"].startswith("2027-03-01")]
    assert [(lot["available"], lot["expired"]) for lot in march] == [(0, 1), (0, 1)]
    assert {lot["opensAt"] for lot in lots if lot["available"]} == {"2027-03-31T23:00:00Z", "2027-04-30T23:00:00Z"}


def test_with_nothing_due_asking_takes_one_statement_more_than_the_answer(front_end: FrontEnd) -> None:
    seen = count_statements(front_end.platform.database.engine)
    front_end.ask("Maya", "{ viewer { person { name } } organisation { now } }")
    assert len(seen) == 1


def test_a_query_is_answered_as_of_the_instant_at_which_it_began(front_end: FrontEnd, call: str, owner: Engine) -> None:
    """Between settling and answering the clock may go on; the answer does not."""
    stand(front_end, END)
    seen: list[str] = count_statements(front_end.platform.database.engine)
    answer = front_end.ask("Maya", "{ organisation { now } viewer { sessions { nodes { status } } } }")
    assert answer["organisation"]["now"] == "2027-03-18T10:45:00Z"
    asked = [statement for statement in seen if "clock_timestamp" in statement]
    assert len(asked) == 1


def test_a_command_finds_nothing_due_before_it(front_end: FrontEnd) -> None:
    """Midnight has passed unseen: March's credit is gone, April's is there."""
    stand(front_end, datetime(2027, 4, 1, 9, tzinfo=UTC))
    terms = {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "idempotencyKey": front_end.key()}
    answer = front_end.tell("Maya", BOOK, **terms, startsAt="2027-04-06T09:00:00Z")
    assert answer["session"]["status"] == "SCHEDULED"
    expired = front_end.ask("Maya", LOTS)["viewer"]["entitlements"]["nodes"]
    assert sum(lot["expired"] for lot in expired) == 2


def overdue(front_end: FrontEnd, owner: Engine, number: int) -> None:
    """So many deadlines of Eva's have passed unseen."""
    platform = front_end.platform
    values: dict[str, Any] = {
        "organisation": platform.organisation_id,
        "coach": platform.people["Eva"],
        "number": number,
    }
    with owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank)
                SELECT :organisation, 'LOT_CLOSE', 'test:' || n, ARRAY[CAST(:coach AS bigint)], (SELECT min(id) FROM credit_lot),
                    '2027-03-01T08:00:00Z', '2027-03-01T08:00:00Z', false, true, 0 FROM generate_series(1, :number) AS n
            """),
            values,
        )


def test_staff_are_asked_to_wait_while_more_than_200_deadlines_are_settled(front_end: FrontEnd, owner: Engine) -> None:
    overdue(front_end, owner, 450)
    for _ in range(2):
        response = front_end.post("Sam", "{ sessions { nodes { id } } }")
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        [error] = response.json()["errors"]
        assert error["extensions"] == {"code": "CATCHING_UP", "retryAfterSeconds": 1}
        assert "data" not in response.json()
    assert front_end.ask("Sam", "{ sessions { nodes { id } } }") == {"sessions": {"nodes": []}}


def test_a_person_waits_for_nobody_elses_deadlines(front_end: FrontEnd, owner: Engine) -> None:
    overdue(front_end, owner, 450)
    assert front_end.ask("Nora", "{ viewer { sessions { nodes { id } } } }")["viewer"]["sessions"]["nodes"] == []
    with owner.connect() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM due_work WHERE cause_key LIKE 'test:%' AND done_at IS NULL")
        )
        assert left.scalar_one() == 450


def test_staff_may_act_while_deadlines_of_others_wait(front_end: FrontEnd, owner: Engine) -> None:
    overdue(front_end, owner, 450)
    document = "mutation ($input: AddPersonInput!) { addPerson(input: $input) { __typename } }"
    person = {"name": "Kai", "email": "kai@example.com", "timeZone": "Pacific/Auckland", "roles": ["MEMBER"]}
    assert front_end.tell("Sam", document, **person, idempotencyKey="kai")["__typename"] == "AddPersonSuccess"
