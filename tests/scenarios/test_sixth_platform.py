"""The invented sixth platform of MODEL.md 3.4, as data only: tiers, halves, grace and a coach who owes a bonus."""

from typing import Any

import pytest

from tests.scenarios import documents
from tests.scenarios.stage import Stage
from tests.scenarios.starts import (
    BOTH_CANCELLED,
    BOTH_RESCHEDULED,
    LOST,
    SIXTH_PLATFORM,
    OpenStage,
    instant,
    sixth_platform,
)

HALF = ("cancel-half", "PART_COUNTED", "CANCELLED_HALF", [("FORFEIT", 1), ("RELEASE", 1)], 5000)
WHOLE = ("cancel-late", "COUNTED", "CLIENT_CANCELLED_LATE", [("FORFEIT", 2)], 10000)


def row_of(stage: Stage, session: str) -> str:
    """The row that the history names for the latest change."""
    return stage.session(session)["history"]["nodes"][-1]["decision"]["row"]


def lose(stage: Stage, session: str, terms: tuple[str, str, str, list[tuple[str, int]], int]) -> None:
    """Cancel with acknowledgement; exactly these terms follow."""
    row, disposition, reason, entries, earning = terms
    with stage.step() as step:
        answer = stage.cancel_at_a_cost("Maya", session)
    cancelled = answer["session"]
    assert (cancelled["status"], cancelled["late"], cancelled["disposition"]) == ("CANCELLED", True, disposition)
    assert row_of(stage, session) == row
    step.only_cancelled(
        session,
        by="Maya",
        reason=reason,
        disposition=disposition,
        late=True,
        ledger=[(kind, units, "PACK session") for kind, units in entries],
        money=[("EARNING", "Eva", earning)],
        mails=LOST,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_Y_01_exactly_three_days_before_is_free(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-15T10:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    assert row_of(stage, session) == "cancel"
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 2, "PACK session")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_Y_02_a_half_needs_acknowledgement_too(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-15T10:00:01Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    step.assert_nothing_happened()
    assert answer["code"] == "LATE_CHANGE_NEEDS_ACK"
    preview = answer["check"]["consequence"]
    assert preview["disposition"] == "PART_COUNTED"
    assert sorted((one["kind"], one["units"]) for one in preview["credits"]) == [("FORFEIT", 1), ("RELEASE", 1)]
    lose(stage, session, HALF)


@pytest.mark.parametrize(
    ("at", "terms"), [("2027-03-17T20:00:00Z", HALF), ("2027-03-17T20:00:01Z", WHOLE)], ids=["a", "b"]
)
def test_S_Y_03_half_until_the_evening_before(open_stage: OpenStage, at: str, terms: Any) -> None:
    stage, session = sixth_platform(open_stage)
    lose(stage.at(at), session, terms)


@pytest.mark.parametrize(
    ("at", "terms"), [("2027-03-28T20:00:00+01:00", HALF), ("2027-03-28T20:00:01+01:00", WHOLE)], ids=["a", "b"]
)
def test_S_Y_04_the_evening_before_is_local_time(open_stage: OpenStage, at: str, terms: Any) -> None:
    stage, session = sixth_platform(open_stage, "2027-03-29T09:00:00+01:00")
    lose(stage.at(at), session, terms)


def forgiven_move(open_stage: OpenStage) -> tuple[Stage, str]:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-18T05:00:00Z")
    return stage, session


def test_S_Y_05_the_first_late_move_is_forgiven(open_stage: OpenStage) -> None:
    stage, session = forgiven_move(open_stage)
    old = stage.feed("Maya")[instant("2027-03-18T10:00:00Z")]
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-25T10:00:00Z")
    assert step.rows == {"busy": "~2", "notification": "+2", "session": "~1", "session_move": "+1"}
    moved = answer["session"]
    assert (moved["id"], moved["status"], moved["late"]) == (session, "SCHEDULED", True)
    assert row_of(stage, session) == "move-grace"
    step.only_moved(
        session,
        "2027-03-25T10:00:00Z",
        "2027-03-25T10:45:00Z",
        by="Maya",
        reason="MOVED_LATE",
        late=True,
        mails=BOTH_RESCHEDULED,
    )
    new = instant("2027-03-25T10:00:00Z")
    for who in ("Maya", "Eva"):
        feed = stage.feed(who)
        assert set(feed) == {new}
        assert (feed[new].uid, feed[new].sequence) == (old.uid, old.sequence + 1)
    assert set(stage.google("Eva")) == {new}


def test_S_Y_06_the_second_late_move_is_refused(open_stage: OpenStage) -> None:
    stage, session = forgiven_move(open_stage)
    assert "session" in stage.reschedule("Maya", session, "2027-03-25T10:00:00Z")
    second = stage.booked("Maya", "session", "Eva", "2027-04-01T09:00:00Z")
    stage.at("2027-03-31T20:00:00Z")
    before = stage.session(second)
    with stage.step() as step:
        answer = stage.reschedule("Maya", second, "2027-04-08T09:00:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "NOTICE_TOO_SHORT"
    assert answer["check"]["decision"]["row"] == "move-late"
    assert stage.session(second) == before


@pytest.mark.parametrize(
    ("at", "row", "bonus"),
    [("2027-03-17T10:00:00Z", "coach-early", False), ("2027-03-17T10:00:01Z", "coach-late", True)],
    ids=["a", "b"],
)
def test_S_Y_07_a_coach_who_cancels_within_a_day_gives_a_session(
    open_stage: OpenStage, at: str, row: str, *, bonus: bool
) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at(at)
    with stage.step() as step:
        answer = stage.cancel("Eva", session)
    assert (answer["session"]["status"], answer["session"]["cancelledBy"]) == ("CANCELLED", "COACH")
    assert row_of(stage, session) == row
    given = [("GRANT", 2, "BONUS session")] if bonus else []
    step.only_cancelled(
        session,
        by="Eva",
        reason="COACH_CANCELLED_LATE" if bonus else "COACH_CANCELLED",
        fault="coach",
        disposition="RETURNED",
        ledger=[("RELEASE", 2, "PACK session"), *given],
        mails=[*BOTH_CANCELLED, ("Maya", "CREDIT_RETURNED")],
    )
    lots = stage.entitlements("Maya")
    assert lots["PACK session"]["available"] == 8
    if bonus:
        assert (lots["BONUS session"]["available"], lots["BONUS session"]["closesAt"]) == (2, None)
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_Y_11_the_preview_names_the_row_and_what_later_instants_meet(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-10T10:00:00Z")
    with stage.step() as step:
        check = stage.checks("Maya", session)["canCancel"]
    step.assert_nothing_happened()
    assert (check["allowed"], check["late"], check["code"]) == (True, False, None)
    decision = check["decision"]
    assert decision["row"] == "cancel"
    assert check["deadlineAt"] == decision["deadlineAt"] == "2027-03-15T10:00:00Z"
    timeline = [(step["row"], step["untilAt"]) for step in decision["timeline"]]
    last = "2027-03-18T09:59:59.999999Z"
    assert timeline == [
        ("cancel", "2027-03-15T10:00:00Z"),
        ("cancel-half", "2027-03-17T20:00:00Z"),
        ("cancel-late", last),
        ("started", None),
    ]


def test_S_Y_12_the_answer_to_why_is_the_row_its_notice_and_its_terms(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    lose(stage.at("2027-03-17T20:00:01Z"), session, WHOLE)
    stage.publish('extends = "thrive"\n')
    with stage.step() as step:
        entry = stage.ask("Maya", WHY, id=session)["node"]["history"]["nodes"][-1]
    step.assert_nothing_happened()
    why = entry["decision"]
    assert (why["row"], why["policy"], why["policyVersion"]) == ("cancel-late", "Sixth", 2)
    assert why["facts"]["notice"] == "PT13H59M59S"
    limits = [(one["row"], one["at"], one["kept"]) for one in why["facts"]["limits"]]
    assert limits == [("cancel", "2027-03-15T10:00:00Z", False), ("cancel-half", "2027-03-17T20:00:00Z", False)]
    assert (why["terms"]["take"], why["terms"]["pay"]) == ("1", "1")
    assert "13 h 59 min 59 s before the start" in entry["sentence"]


WHY = """query Why($id: ID!) { node(id: $id) { ... on Session { history(first: 100) { nodes { sentence decision {
  row policy policyVersion facts { notice limits { row at kept } } terms { take pay } } } } } } }"""


def without(document: str, line: str) -> str:
    """The document without the line that begins so."""
    kept = [one for one in document.splitlines(keepends=True) if not one.startswith(line)]
    assert len(kept) + 1 == len(document.splitlines())
    return "".join(kept)


LATE = '  {id = "cancel-late"'


def exchanged(document: str) -> str:
    lines = document.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith('  {id = "cancel",'))
    lines[place : place + 2] = reversed(lines[place : place + 2])
    return "".join(lines)


@pytest.mark.parametrize(
    ("document", "path", "said"),
    [
        (without(SIXTH_PLATFORM, LATE), ["document", "change", "rules"], "no row decides CANCEL by MEMBER"),
        (exchanged(SIXTH_PLATFORM), ["document", "change", "rules", "cancel"], "row cancel is dead"),
        (
            SIXTH_PLATFORM.replace("units = 2", "units = 1"),
            ["document", "reasons", "CANCELLED_HALF", "take"],
            "1/2 of the 1 units of session is not whole",
        ),
        (
            SIXTH_PLATFORM.replace(
                'notice = "P3D", then = "DO", reason = "CLIENT_CANCELLED"',
                'notice = "PT24H", then = "DO", reason = "CLIENT_CANCELLED"',
            ),
            ["document", "change", "rules", "cancel-half"],
            "order",
        ),
    ],
    ids=["a", "b", "d", "e"],
)
def test_S_Y_13_a_policy_with_an_error_is_not_published(
    open_stage: OpenStage, document: str, path: list[str], said: str
) -> None:
    stage, _ = sixth_platform(open_stage)
    with stage.step() as step:
        answer = stage.tell("Sam", documents.PUBLISH, document=document, idempotencyKey=stage.key())
    step.assert_nothing_happened()
    assert answer["__typename"] == "InvalidInput"
    assert answer["path"][: len(path)] == path
    assert said in answer["message"]


def test_S_Y_13_c_what_is_odd_is_published_only_when_it_is_acknowledged(open_stage: OpenStage) -> None:
    stage, _ = sixth_platform(open_stage)
    odd = SIXTH_PLATFORM.replace(
        'then = "DO", reason = "CLIENT_CANCELLED_LATE"', 'then = "DO", reason = "CLIENT_CANCELLED"'
    )
    name = "less-notice-costs-less:cancel-late"
    with stage.step() as step:
        answer = stage.tell("Sam", documents.PUBLISH, document=odd, idempotencyKey=stage.key())
    step.assert_nothing_happened()
    assert name in answer["message"]
    answer = stage.tell("Sam", documents.PUBLISH, document=odd, acknowledgedFindings=[name], idempotencyKey=stage.key())
    version = answer["policyVersion"]
    assert version["acknowledgedFindings"] == [{"name": name}]
    assert (version["publishedBy"], version["publishedAt"]) == ({"name": "Sam"}, "2027-03-01T09:00:00Z")
