"""Requests and proposed times: S-O-13, S-O-14, S-V-10, S-V-11, S-V-20."""

import pytest

from tests.calendar_sync.google_checker import problems
from tests.scenarios import footprint, turns
from tests.scenarios.answers import accept, decline, mine, pending, proposal, the_proposal, withdraw
from tests.scenarios.cases import team_tasks
from tests.scenarios.expected import Expected, Tables, filled
from tests.scenarios.stage import Stage
from tests.scenarios.starts import BOTH_RESCHEDULED, OpenStage, aceup, instant, thrive_session
from tests.scenarios.step import Step


def mento_session(open_stage: OpenStage) -> tuple[Stage, str]:
    """Mento's session of 15 March, 13:00Z, Leo with Dan."""
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    stage.coach("Dan", kinds=["one_on_one"])
    stage.member("Leo", "Dan")
    return stage, stage.booked("Leo", "one_on_one", "Dan", "2027-03-15T13:00:00Z")


def asked_to_move(open_stage: OpenStage) -> tuple[Stage, str]:
    """S-O-13 up to the request: a day before, Leo asks for the 17th."""
    stage, session = mento_session(open_stage)
    stage.at("2027-03-14T13:00:00Z")
    answer = stage.reschedule("Leo", session, "2027-03-17T13:00:00Z")
    assert answer["session"]["startsAt"] == "2027-03-15T13:00:00Z", answer
    stage.deliver()
    return stage, session


def proposed(open_stage: OpenStage, *, at: str) -> tuple[Stage, str]:
    """Thrive's session of 24 March, for which Eva proposes the next day."""
    stage, session = thrive_session(open_stage)
    stage.at(at)
    answer = stage.reschedule("Eva", session, "2027-03-25T18:00:00Z")
    assert answer["session"]["startsAt"] == "2027-03-24T18:00:00Z", answer
    stage.deliver()
    return stage, session


def told(step: Step, session: str, name: str, *, by: str | None, mails: list[tuple[str, str]]) -> Tables:
    """An event of the session about a proposal, with its messages."""
    key = step.stage.theatre.local_id(session)
    row = step.difference.after.one("session", id=key)
    people = (step.stage.name_of(row["coach_id"]), step.stage.name_of(row["member_id"]))
    keys = footprint.used_keys() if by is not None else {}
    return footprint.together(
        footprint.events(step, (name, by, people)), keys, footprint.sent(step, mails, session=key)
    )


def hold_pushed(step: Step, coach: str, key: int, *, deleted: bool = False) -> Tables:
    """The push of a held time to the coach's Google Calendar."""
    person, now = step.stage.person_ids[coach], step.stage.now
    (connection,) = (row for row in step.difference.before.of("google_connection") if row["person_id"] == person)
    work = {"kind": "GOOGLE_HOLD", "object_id": key, "done_at": now, "attempts": 1, "last_error": None}
    row = {"proposal_id": key, "person_id": person, "event_id": filled, "deleted": deleted, "generation": 0}
    known = [one for one in step.difference.before.of("google_hold") if one["proposal_id"] == key]
    told_google = (
        Expected(added=[row])
        if not known
        else Expected(changed={(str(person), str(key)): {"deleted": True, "etag": None, "pushed_at": now}})
    )
    return {
        "due_work": Expected(added=[work]),
        "google_hold": told_google,
        "google_connection": footprint.changes((str(person),), connection, {"last_pushed_at": now}),
    }


def ended(key: int, before: int, status: str, at: str) -> Tables:
    """A proposal that no longer waits for its answer."""
    columns = {"status": status, "changed_at": at, "version": before + 1}
    return {"proposal": Expected(changed={(key,): columns})}


def test_S_O_13_a_late_wish_to_move_is_asked_and_the_coach_agrees(open_stage: OpenStage) -> None:
    stage, session = mento_session(open_stage)
    stage.at("2027-03-14T13:00:00Z")
    shown = stage.checks("Leo", session, to="2027-03-17T13:00:00Z")["canReschedule"]
    assert (shown["allowed"], shown["decision"]["timeline"][0]["answer"]) == (True, "ASK")
    assert shown["decision"]["row"] == "move-late"
    with stage.step() as step:
        stage.reschedule("Leo", session, "2027-03-17T13:00:00Z")
    assert step.rows == {"busy": "+1", "notification": "+2", "proposal": "+1"}
    key = stage.theatre.local_id(session)
    hold = footprint.spans("2027-03-17T13:00:00Z", "2027-03-17T13:45:00Z")
    step.changed_only(
        told(
            step,
            session,
            "CHANGE_REQUESTED",
            by="Leo",
            mails=[("Dan", "CHANGE_REQUESTED"), ("Leo", "CHANGE_REQUESTED")],
        ),
        {
            "proposal": Expected(
                added=[{"session_id": key, "status": "PENDING", "kind": "CHANGE_REQUEST", "row_id": "move-late"}]
            ),
            "busy": Expected(added=[{"person_id": stage.person_ids["Dan"], "proposal_id": filled, "during": hold}]),
            "due_work": Expected(
                added=[
                    {"kind": "PROPOSAL_EXPIRY", "fires_at": "2027-03-15T13:00:00Z", "strict": False, "done_at": None}
                ]
            ),
        },
        hold_pushed(step, "Dan", stage.theatre.local_id(the_proposal(stage, "Dan", session)["id"])),
    )
    assert step.google_calls == ["events.insert"]
    assert stage.session(session)["startsAt"] == "2027-03-15T13:00:00Z"

    stage.at("2027-03-14T15:00:00Z")
    request = the_proposal(stage, "Dan", session)
    assert (request["by"], request["answers"], request["startsAt"]) == ("MEMBER", "COACH", "2027-03-17T13:00:00Z")
    with stage.step() as step:
        answer = accept(stage, "Dan", request["id"])
    assert step.rows == {"busy": "~2 -1", "notification": "+2", "proposal": "~1", "session": "~1", "session_move": "+1"}
    assert answer["proposal"]["status"] == "ACCEPTED"
    moved = stage.session(session)
    assert (moved["status"], moved["startsAt"], moved["late"]) == ("SCHEDULED", "2027-03-17T13:00:00Z", False)
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]
    assert set(stage.feed("Leo")) == set(stage.google("Dan")) == {instant("2027-03-17T13:00:00Z")}
    assert pending(stage, "Leo", session) == []


def test_S_O_14_a_request_without_an_answer_changes_nothing(open_stage: OpenStage) -> None:
    stage, session = asked_to_move(open_stage)
    request = the_proposal(stage, "Leo", session)
    stage.at("2027-03-15T12:59:59Z")
    with stage.step() as step:
        stage.at("2027-03-15T13:00:00Z")
    assert step.rows == {"busy": "-1", "notification": "+2", "proposal": "~1"}
    assert proposal(stage, "Leo", request["id"])["status"] == "EXPIRED"
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "PROPOSAL_EXPIRED"), ("Leo", "PROPOSAL_EXPIRED")]
    assert [row["proposal_id"] for row in step.difference.removed("busy")] == [stage.theatre.local_id(request["id"])]
    stands = stage.session(session)
    assert (stands["status"], stands["startsAt"], stands["version"]) == ("SCHEDULED", "2027-03-15T13:00:00Z", 1)
    with stage.step() as step:
        answer = accept(stage, "Dan", request["id"])
    step.assert_nothing_happened()
    assert answer["code"] == "INVITE_EXPIRED"


def test_S_V_10_a_declined_time_leaves_the_session_where_it_was(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-20T09:00:00Z")
    with stage.step() as step:
        stage.reschedule("Eva", session, "2027-03-25T18:00:00Z")
    suggested = the_proposal(stage, "Maya", session)
    number = stage.theatre.local_id(suggested["id"])
    hold = footprint.spans("2027-03-25T18:00:00Z", "2027-03-25T18:45:00Z")
    step.changed_only(
        told(step, session, "RESCHEDULE_PROPOSED", by="Eva", mails=[("Maya", "RESCHEDULE_PROPOSED")]),
        turns.proposed(step, session, until="2027-03-24T18:00:00Z", kind="RESCHEDULE", row_id="coach-move"),
        {"busy": Expected(added=[{"person_id": stage.person_ids["Eva"], "proposal_id": number, "during": hold}])},
        hold_pushed(step, "Eva", number),
    )
    assert suggested["answerUntil"] == "2027-03-24T18:00:00Z"
    days = {instant("2027-03-24T18:00:00Z"), instant("2027-03-25T18:00:00Z")}
    assert set(stage.feed("Maya")) == {min(days)}
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == days
    held, event = stage.feed("Eva")[max(days)], stage.google("Eva")[max(days)]
    assert (held.status, held.summary) == ("TENTATIVE", "Hold: Session with Maya")
    assert (event["status"], event["summary"]) == ("tentative", "Hold: Session with Maya")
    assert "2027-03-25T18:00:00Z" not in stage.openings(
        "Maya", "session", "Eva", "2027-03-25T18:00:00Z", "2027-03-25T18:15:00Z"
    )
    stage.at("2027-03-21T09:00:00Z")
    with stage.step() as step:
        answer = decline(stage, "Maya", suggested["id"])
    assert answer["proposal"]["status"] == "DECLINED"
    key = stage.theatre.local_id(suggested["id"])
    step.changed_only(
        told(step, session, "PROPOSAL_DECLINED", by="Maya", mails=[("Eva", "PROPOSAL_DECLINED")]),
        ended(key, 1, "DECLINED", stage.now),
        {"busy": Expected(removed=[{"proposal_id": key, "person_id": stage.person_ids["Eva"]}])},
        hold_pushed(step, "Eva", key, deleted=True),
    )
    assert step.google_calls == ["events.list", "events.delete"]
    day = {instant("2027-03-24T18:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == day
    assert stage.openings("Maya", "session", "Eva", "2027-03-25T18:00:00Z", "2027-03-25T18:15:00Z") != []


def test_S_V_11_a_proposed_time_is_accepted_at_any_notice(open_stage: OpenStage) -> None:
    stage, session = proposed(open_stage, at="2027-03-24T12:00:00Z")
    old = stage.feed("Maya")[instant("2027-03-24T18:00:00Z")]
    stage.at("2027-03-24T13:00:00Z")
    suggested = the_proposal(stage, "Maya", session)
    shown = proposal(stage, "Maya", suggested["id"])["canAccept"]
    assert (shown["allowed"], shown["late"], shown["consequence"]["costly"]) == (True, False, False)
    with stage.step() as step:
        answer = accept(stage, "Maya", suggested["id"])
    assert answer["consequence"] == shown["consequence"]
    moved = stage.session(session)
    assert (moved["startsAt"], moved["late"], moved["status"]) == ("2027-03-25T18:00:00Z", False, "SCHEDULED")
    assert (step.ledger, step.money, step.mails) == ([], [], BOTH_RESCHEDULED)
    key = stage.theatre.local_id(suggested["id"])
    step.changed_only(
        footprint.moved(
            step,
            session,
            "2027-03-25T18:00:00Z",
            "2027-03-25T18:45:00Z",
            by="Maya",
            proposer="Eva",
            reason="COACH_MOVED",
            mails=BOTH_RESCHEDULED,
        ),
        ended(key, 1, "ACCEPTED", stage.now),
        {"busy": Expected(removed=[{"proposal_id": key, "person_id": stage.person_ids["Eva"]}])},
        hold_pushed(step, "Eva", key, deleted=True),
    )
    new = instant("2027-03-25T18:00:00Z")
    assert stage.session(session)["version"] == 2
    for who in ("Maya", "Eva"):
        event = stage.feed(who)[new]
        assert (event.uid, event.sequence) == (old.uid, old.sequence + 1)
    assert set(stage.google("Eva")) == {new}


def test_S_V_20_a_move_withdraws_what_was_proposed(open_stage: OpenStage) -> None:
    stage, session = proposed(open_stage, at="2027-03-12T09:00:00Z")
    suggested = the_proposal(stage, "Maya", session)
    stage.at("2027-03-13T09:00:00Z")
    with stage.step() as step:
        stage.reschedule("Maya", session, "2027-03-26T10:00:00Z")
    assert proposal(stage, "Maya", suggested["id"])["status"] == "WITHDRAWN"
    key = stage.theatre.local_id(suggested["id"])
    moved = footprint.moved(
        step,
        session,
        "2027-03-26T10:00:00Z",
        "2027-03-26T10:45:00Z",
        by="Maya",
        reason="CLIENT_MOVED",
        mails=BOTH_RESCHEDULED,
    )
    assert (step.ledger, step.money) == ([], [])
    step.changed_only(
        moved,
        ended(key, 1, "WITHDRAWN", stage.now),
        {"busy": Expected(removed=[{"proposal_id": key, "person_id": stage.person_ids["Eva"]}])},
        hold_pushed(step, "Eva", key, deleted=True),
    )
    with stage.step() as step:
        answer = accept(stage, "Maya", suggested["id"])
    step.assert_nothing_happened()
    assert answer["code"] == "NOT_PENDING"
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {instant("2027-03-26T10:00:00Z")}


def test_a_newer_time_takes_the_place_of_an_older_one_and_may_overlap_the_session(open_stage: OpenStage) -> None:
    stage, session = proposed(open_stage, at="2027-03-20T09:00:00Z")
    older = the_proposal(stage, "Maya", session)
    with stage.step() as step:
        stage.reschedule("Eva", session, "2027-03-24T18:15:00Z")
    assert proposal(stage, "Maya", older["id"])["status"] == "SUPERSEDED"
    held = step.difference.added("busy")
    assert len(held) == 1
    assert footprint.spans("2027-03-24T18:45:00Z", "2027-03-24T19:00:00Z")(held[0]["during"])
    newer = the_proposal(stage, "Maya", session)
    assert accept(stage, "Maya", newer["id"])["proposal"]["status"] == "ACCEPTED"
    assert stage.session(session)["startsAt"] == "2027-03-24T18:15:00Z"


def test_who_asked_withdraws_and_nobody_else_answers(open_stage: OpenStage) -> None:
    stage, session = proposed(open_stage, at="2027-03-20T09:00:00Z")
    suggested = the_proposal(stage, "Eva", session)
    assert [one["id"] for one in mine(stage, "Maya", "PENDING")] == [suggested["id"]]
    for answer in (accept(stage, "Eva", suggested["id"]), withdraw(stage, "Maya", suggested["id"])):
        assert answer["code"] == "FORBIDDEN"
    assert accept(stage, "Sam", suggested["id"], note="He phoned.")["code"] == "FORBIDDEN"
    with stage.step() as step:
        assert withdraw(stage, "Eva", suggested["id"])["proposal"]["status"] == "WITHDRAWN"
    assert step.mails == [("Maya", "INVITE_WITHDRAWN")]
    assert mine(stage, "Maya", "PENDING") == []
    assert [one["status"] for one in mine(stage, "Maya")] == ["WITHDRAWN"]


DISCONNECT = """
mutation Disconnect($input: DisconnectGoogleInput!) { disconnectGoogle(input: $input) { __typename } }
"""


def test_a_calendar_that_is_connected_later_shows_what_is_held_and_loses_what_is_no_more(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.tell("Eva", DISCONNECT, idempotencyKey=stage.key())
    stage.reschedule("Eva", session, "2027-03-25T18:00:00Z")
    stage.deliver()
    stage.connect_google("Eva")
    stage.deliver()
    held = {instant("2027-03-24T18:00:00Z"), instant("2027-03-25T18:00:00Z")}
    assert held <= set(stage.google("Eva"))
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []

    stage.tell("Eva", DISCONNECT, idempotencyKey=stage.key())
    decline(stage, "Maya", the_proposal(stage, "Maya", session)["id"])
    stage.deliver()
    stage.connect_google("Eva")
    stage.deliver()
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_a_held_time_is_nobody_elses(open_stage: OpenStage) -> None:
    stage, _ = proposed(open_stage, at="2027-03-20T09:00:00Z")
    stage.member("Leo", "Eva")
    stage.pack("Leo", "session", 1)
    with stage.step() as step:
        answer = stage.book("Leo", "session", "Eva", "2027-03-25T18:30:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "SLOT_TAKEN"


ASKS_TEAM = """
extends = "aceup"

[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "ASK", reason = "CLIENT_MOVED", asks = "STAFF"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
"""


@pytest.mark.parametrize(
    ("answer", "status"), [("accept", "ACCEPTED"), ("decline", "DECLINED"), (None, "EXPIRED")], ids=str
)
def test_what_the_team_is_asked_is_a_task_until_it_is_answered(
    open_stage: OpenStage, answer: str | None, status: str
) -> None:
    stage = aceup(open_stage)
    stage.publish(ASKS_TEAM)
    session = stage.booked("Maya", "session", "Eva", "2027-03-18T15:00:00Z")
    with stage.step() as step:
        stage.reschedule("Maya", session, "2027-03-19T15:00:00Z")
    assert ("Sam", "CHANGE_REQUESTED") in step.mails
    assert team_tasks(stage) == [("CHANGE_ASKED", "OPEN", None)]
    asked = the_proposal(stage, "Sam", session)["id"]
    if answer is None:
        stage.at("2027-03-18T15:00:00Z")
    else:
        act = accept if answer == "accept" else decline
        assert act(stage, "Sam", asked, note="She phoned.")["proposal"]["status"] == status
    assert team_tasks(stage) == [("CHANGE_ASKED", "DONE", status)]
