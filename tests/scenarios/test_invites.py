"""Invites: S-V-01 … S-V-09, S-V-14; and what the rules say beyond them (V1 … V23, D-34, D-35, D-39, D-54)."""

import pytest

from tests.calendar_sync.google_checker import problems
from tests.scenarios import documents, footprint
from tests.scenarios.answers import accept, decline, proposal, withdraw
from tests.scenarios.expected import Expected, filled
from tests.scenarios.invites import (
    CAN_REQUEST,
    DECLINE,
    REQUEST,
    SEND,
    SLOT,
    TO_EIGHT,
    UNTIL,
    can_invite,
    invite,
    invited,
    look,
    pending_invites,
    terms,
    thrive,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant
from tests.scenarios.step import Step
from tests.scenarios.talks import questionnaire
from tests.scenarios.test_proposals import hold_pushed

BOTH_BOOKED = [("Eva", "BOOKED"), ("Maya", "BOOKED")]
LAST = "PACK session"


def only_ended(step: Step, key: str, status: str, *, by: str | None, name: str, mails: list[tuple[str, str]]) -> None:
    """The invite ended like this, its hold went with it, and nothing else happened."""
    number = step.stage.theatre.local_id(key)
    effective = UNTIL if by is None else step.stage.now
    columns = {"status": status, "changed_at": effective, "version": 2}
    events = dict(footprint.events(step, (name, by, ("Eva", "Maya"))))
    if by is None:
        events["event"] = Expected(added=[{"name": name, "actor_kind": "SYSTEM", "effective_at": UNTIL}])
    works = {} if by else {"due_work": Expected(changed=_fired(step, number))}
    step.changed_only(
        events,
        footprint.used_keys() if by else {},
        footprint.sent(step, mails, session=None),
        {"proposal": Expected(changed={(number,): columns})},
        {"busy": Expected(removed=[{"proposal_id": number, "person_id": step.stage.person_ids["Eva"]}])},
        hold_pushed(step, "Eva", number, deleted=True),
        works,
    )


def _fired(step: Step, number: int) -> dict[tuple[object, ...], dict[str, object]]:
    timer = step.difference.before.one("due_work", kind="PROPOSAL_EXPIRY", object_id=number)
    return {(timer["id"],): {"done_at": filled}}


def only_sent(step: Step, key: str, whom: str, start: str, end: str) -> None:
    """One time was offered and is held in the coach's calendars, whom it is for was told, and nothing else happened."""
    stage, number = step.stage, step.stage.theatre.local_id(key)
    sent = {"kind": "NEW_SESSION", "status": "PENDING", "session_id": None, "action": None, "answer_until": UNTIL}
    slot = {"proposal_id": number, "number": 1, "is_range": False, "starts_at": start, "ends_at": end}
    hold = {"person_id": stage.person_ids["Eva"], "proposal_id": number, "during": footprint.spans(start, end)}
    timer = {"kind": "PROPOSAL_EXPIRY", "object_id": number, "fires_at": UNTIL, "strict": True, "done_at": None}
    assert (step.ledger, step.money) == ([], [])
    step.changed_only(
        footprint.events(step, ("INVITE_SENT", "Eva", ("Eva", whom))),
        footprint.used_keys(),
        footprint.sent(step, [(whom, "INVITE")], session=None),
        {
            "proposal": Expected(added=[sent]),
            "proposal_slot": Expected(added=[slot]),
            "busy": Expected(added=[hold]),
            "due_work": Expected(added=[timer]),
        },
        hold_pushed(step, "Eva", number),
    )
    assert step.google_calls == ["events.insert"]


def only_taken(step: Step, key: str) -> None:
    """The invite was accepted, its hold gave way to the session with all that belongs to it, and nothing else happened."""
    stage, number = step.stage, step.stage.theatre.local_id(key)
    booked = stage.session(look(stage, "Maya", key)["session"]["id"])
    columns = {
        "status": "ACCEPTED",
        "changed_at": stage.now,
        "version": 2,
        "session_id": stage.theatre.local_id(booked["id"]),
    }
    assert (step.ledger, step.money, step.mails) == ([("HOLD", 1, LAST)], [], BOTH_BOOKED)
    step.changed_only(
        footprint.booked(step, booked, by="Maya", ledger=step.ledger, mails=BOTH_BOOKED),
        {"proposal": Expected(changed={(number,): columns}), "busy": Expected(removed=[{"proposal_id": number}])},
        hold_pushed(step, "Eva", number, deleted=True),
    )


def test_S_V_01_a_coach_invites_outside_the_published_hours_and_the_time_is_held(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    with stage.step() as step:
        answer = invite(stage, "Eva", "Maya", SLOT)
    sent = answer["proposal"]
    assert (sent["status"], sent["kind"], sent["answerUntil"], sent["session"]) == (
        "PENDING",
        "NEW_SESSION",
        UNTIL,
        None,
    )
    only_sent(step, sent["id"], "Maya", SLOT, "2027-03-24T18:45:00Z")
    assert stage.feed("Maya") == {}
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {instant(SLOT)}
    held, event = stage.feed("Eva")[instant(SLOT)], stage.google("Eva")[instant(SLOT)]
    assert (held.status, held.summary) == ("TENTATIVE", "Hold: Session with Maya")
    assert (event["status"], event["summary"]) == ("tentative", "Hold: Session with Maya")
    message = stage.message("Maya", "INVITE")
    assert [link["kind"] for link in message["links"]] == ["INVITE"]
    assert "Accept or decline" in message["text"]
    assert "Accept or Decline" in message["html"]
    assert [one["id"] for one in pending_invites(stage, "Maya")] == [sent["id"]]


def test_S_V_02_exactly_seven_days_later_the_member_still_accepts(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    stage.at(UNTIL)
    shown = proposal(stage, "Maya", key)["canAccept"]
    assert (shown["allowed"], shown["deadlineAt"], shown["consequence"]["costly"]) == (True, UNTIL, False)
    with stage.step() as step:
        answer = accept(stage, "Maya", key)
    assert answer["consequence"] == shown["consequence"]
    assert "can no longer be cancelled" not in shown["consequence"]["summary"]
    booked = look(stage, "Maya", key)["session"]
    assert (booked["startsAt"], booked["status"]) == (SLOT, "SCHEDULED")
    only_taken(step, key)
    assert questionnaire(stage, "Maya", booked["id"])["status"] == "OPEN"
    for who in ("Maya", "Eva"):
        event = stage.feed(who)[instant(SLOT)]
        assert (event.status, len(stage.feed(who))) == ("CONFIRMED", 1)
    assert {at: event["status"] for at, event in stage.google("Eva").items()} == {instant(SLOT): "confirmed"}
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_S_V_03_one_second_later_the_invite_has_expired_though_no_worker_ran(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    with stage.step() as step:
        # Her page was loaded while it was still open, with the version that it had then.
        answer = accept(stage, "Maya", key, ifVersion=1)
        read = look(stage, "Maya", key)
        again = accept(stage, "Maya", key)
    assert (answer["code"], again["code"]) == ("INVITE_EXPIRED", "INVITE_EXPIRED")
    assert (read["status"], read["openings"]["nodes"]) == ("EXPIRED", [])
    assert decline(stage, "Maya", key)["code"] == "INVITE_EXPIRED"
    only_ended(
        step,
        key,
        "EXPIRED",
        by=None,
        name="PROPOSAL_EXPIRED",
        mails=[("Eva", "PROPOSAL_EXPIRED"), ("Maya", "PROPOSAL_EXPIRED")],
    )
    assert stage.feed("Eva") == stage.google("Eva") == {}


def test_S_V_04_a_declined_invite_is_told_to_both(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    stage.at("2027-03-12T09:00:00Z")
    with stage.step() as step:
        answer = decline(stage, "Maya", key)
    assert answer["proposal"]["status"] == "DECLINED"
    mails = [("Eva", "INVITE_DECLINED"), ("Maya", "INVITE_DECLINED")]
    only_ended(step, key, "DECLINED", by="Maya", name="PROPOSAL_DECLINED", mails=mails)
    assert "write to" in stage.message("Maya", "INVITE_DECLINED")["text"]
    assert stage.feed("Eva") == stage.google("Eva") == {}


def test_S_V_05_the_member_declines_and_books_a_time_of_the_published_hours(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    stage.at("2027-03-12T09:00:00Z")
    with stage.step() as step:
        answer = stage.tell("Maya", DECLINE, proposal=key, ifVersion=1, idempotencyKey=stage.key())
        wish = answer["bookAnew"]
        assert wish == {"kind": {"id": stage.kinds["session"]}, "coach": {"id": stage.gid("Eva")}}
        booked = stage.book("Maya", "session", "Eva", "2027-03-26T10:00:00Z")
    assert (answer["proposal"]["status"], booked["session"]["status"]) == ("DECLINED", "SCHEDULED")
    assert (step.ledger, step.money) == ([("HOLD", 1, LAST)], [])
    number = stage.theatre.local_id(key)
    columns = {"status": "DECLINED", "changed_at": stage.now, "version": 2}
    step.changed_only(
        footprint.booked(
            step,
            booked["session"],
            by="Maya",
            ledger=step.ledger,
            mails=BOTH_BOOKED,
            logged_first=["PROPOSAL_DECLINED"],
        ),
        footprint.used_keys(),
        footprint.sent(step, [("Eva", "INVITE_DECLINED"), ("Maya", "INVITE_DECLINED")], session=None),
        {"proposal": Expected(changed={(number,): columns}), "busy": Expected(removed=[{"proposal_id": number}])},
        hold_pushed(step, "Eva", number, deleted=True),
    )
    new = instant("2027-03-26T10:00:00Z")
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == {new}
    assert (stage.feed("Eva")[new].status, stage.google("Eva")[new]["status"]) == ("CONFIRMED", "confirmed")


def test_S_V_06_a_single_slot_lapses_at_its_own_start(open_stage: OpenStage) -> None:
    for now, accepted in (("2027-03-13T08:59:59Z", True), ("2027-03-13T09:00:00Z", False)):
        stage = thrive(open_stage)
        sent = invite(stage, "Eva", "Maya", "2027-03-13T09:00:00Z")["proposal"]
        assert sent["answerUntil"] == "2027-03-13T09:00:00Z"
        stage.at(now)
        with stage.step() as step:
            answer = accept(stage, "Maya", sent["id"])
        if accepted:
            assert answer["proposal"]["status"] == "ACCEPTED"
            only_taken(step, sent["id"])
            [event] = stage.feed("Maya").values()
            assert (event.starts_at, event.status) == (instant("2027-03-13T09:00:00Z"), "CONFIRMED")
            assert [one["status"] for one in stage.google("Eva").values()] == ["confirmed"]
            # D-39: the answer says that it cannot be given up at no cost any more.
            assert "can no longer be cancelled at no cost" in answer["consequence"]["summary"]
        else:
            assert answer["code"] == "INVITE_EXPIRED"
            step.assert_nothing_happened()
            assert look(stage, "Maya", sent["id"])["status"] == "EXPIRED"
            assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_V_07_what_an_invite_holds_is_nobody_elses_and_intervals_are_half_open(open_stage: OpenStage) -> None:
    stage, _ = invited(open_stage, hours=TO_EIGHT)
    for name in ("Leo", "Nora"):
        stage.member(name, "Eva")
        stage.pack(name, "session", 1)
    stage.deliver()
    with stage.step() as step:
        assert stage.book("Leo", "session", "Eva", "2027-03-24T18:30:00Z")["code"] == "SLOT_TAKEN"
        assert invite(stage, "Eva", "Nora", "2027-03-24T17:30:00Z")["code"] == "SLOT_TAKEN"
    step.assert_nothing_happened()
    with stage.step() as step:
        third = invite(stage, "Eva", "Nora", "2027-03-24T18:45:00Z")["proposal"]
    assert third["status"] == "PENDING"
    only_sent(step, third["id"], "Nora", "2027-03-24T18:45:00Z", "2027-03-24T19:30:00Z")
    feed = stage.feed("Eva")
    assert set(feed) == set(stage.google("Eva")) == {instant(SLOT), instant("2027-03-24T18:45:00Z")}
    assert {one.status for one in feed.values()} == {"TENTATIVE"}


def test_S_V_08_without_a_credit_the_invite_stays_pending(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    for day in ("15", "16"):
        stage.booked("Maya", "session", "Eva", f"2027-04-{day}T10:00:00Z")
    stage.at("2027-03-15T09:00:00Z")
    shown = proposal(stage, "Maya", key)["canAccept"]
    with stage.step() as step:
        answer = accept(stage, "Maya", key)
    assert (answer["code"], shown["code"], shown["allowed"]) == ("NO_CREDIT", "NO_CREDIT", False)
    step.assert_nothing_happened()
    assert look(stage, "Maya", key)["status"] == "PENDING"
    assert (stage.feed("Eva")[instant(SLOT)].status, stage.google("Eva")[instant(SLOT)]["status"]) == (
        "TENTATIVE",
        "tentative",
    )


def test_S_V_09_the_first_of_two_invites_takes_the_last_credit(open_stage: OpenStage) -> None:
    stage, first = invited(open_stage)
    stage.booked("Maya", "session", "Eva", "2027-04-15T10:00:00Z")
    second = invite(stage, "Eva", "Maya", "2027-03-25T18:00:00Z")["proposal"]["id"]
    stage.at("2027-03-11T09:00:00Z")
    with stage.step() as step:
        assert accept(stage, "Maya", first)["proposal"]["status"] == "ACCEPTED"
        refused = accept(stage, "Maya", second)
    assert (refused["code"], look(stage, "Maya", second)["status"]) == ("NO_CREDIT", "PENDING")
    only_taken(step, first)
    days = (instant(SLOT), instant("2027-03-25T18:00:00Z"))
    assert [stage.feed("Eva")[day].status for day in days] == ["CONFIRMED", "TENTATIVE"]
    assert [stage.google("Eva")[day]["status"] for day in days] == ["confirmed", "tentative"]
    assert (stage.feed("Maya")[days[0]].status, days[1] in stage.feed("Maya")) == ("CONFIRMED", False)


def test_S_V_14_a_withdrawn_invite_cannot_be_accepted(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    stage.at("2027-03-11T09:00:00Z")
    with stage.step() as step:
        assert withdraw(stage, "Eva", key)["proposal"]["status"] == "WITHDRAWN"
    only_ended(step, key, "WITHDRAWN", by="Eva", name="PROPOSAL_WITHDRAWN", mails=[("Maya", "INVITE_WITHDRAWN")])
    with stage.step() as step:
        assert accept(stage, "Maya", key)["code"] == "NOT_PENDING"
    step.assert_nothing_happened()
    assert stage.feed("Eva") == stage.google("Eva") == {}


def test_of_several_slots_the_member_takes_one_and_the_others_are_free(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    slots = ("2027-03-24T18:00:00Z", "2027-03-24T18:30:00Z", "2027-03-26T19:00:00Z")
    sent = invite(stage, "Eva", "Maya", *slots)["proposal"]
    stage.deliver()
    assert [one["startsAt"] for one in sent["openings"]["nodes"]] == list(slots)
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {instant(at) for at in slots}
    assert accept(stage, "Maya", sent["id"])["code"] == "INVALID_INPUT"
    assert accept(stage, "Maya", sent["id"], at="2027-03-27T18:00:00Z")["code"] == "SLOT_UNAVAILABLE"
    assert accept(stage, "Maya", sent["id"], at=slots[1])["proposal"]["status"] == "ACCEPTED"
    stage.deliver()
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {instant(slots[1])}
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_open_availability_holds_nothing_and_only_its_member_sees_it(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    stage.member("Leo", "Eva")
    stage.pack("Leo", "session", 1)
    evening = {"from": "2027-03-24T18:00:00Z", "to": "2027-03-24T20:00:00Z"}
    sent = invite(stage, "Eva", "Maya", within=[evening])["proposal"]
    stage.deliver()
    assert sent["answerUntil"] == UNTIL
    assert stage.feed("Eva") == stage.google("Eva") == {}
    times = [one["startsAt"] for one in sent["openings"]["nodes"]]
    assert (times[0], times[-1]) == ("2027-03-24T18:00:00Z", "2027-03-24T19:15:00Z")
    for who in ("Maya", "Leo"):
        assert stage.openings(who, "session", "Eva", evening["from"], evening["to"]) == []
    assert look(stage, "Leo", sent["id"]) is None
    assert accept(stage, "Maya", sent["id"], at="2027-03-24T18:07:00Z")["code"] == "SLOT_UNAVAILABLE"
    assert accept(stage, "Maya", sent["id"], at="2027-03-24T18:30:00Z")["proposal"]["status"] == "ACCEPTED"
    assert look(stage, "Maya", sent["id"])["session"]["startsAt"] == "2027-03-24T18:30:00Z"


def test_only_the_coach_and_staff_with_a_reason_invite_and_only_own_members(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    stage.coach("Cora", kinds=["session"])
    stage.member("Leo", "Cora")
    eva = {"coach": stage.gid("Eva")}
    assert can_invite(stage, "Eva", "Leo", SLOT)["code"] == "NOT_FOUND"
    assert can_invite(stage, "Cora", "Maya", SLOT, **eva)["code"] == "NOT_FOUND"
    assert can_invite(stage, "Maya", "Maya", SLOT, **eva)["code"] == "FORBIDDEN"
    assert can_invite(stage, "Sam", "Maya", SLOT, **eva)["code"] == "REASON_REQUIRED"
    unsaid = stage.tell("Sam", SEND, **terms(stage, "Maya", SLOT), note="Eva phoned.", idempotencyKey=stage.key())
    assert (unsaid["code"], unsaid["message"]) == ("INVALID_INPUT", "Say for which coach.")
    assert invite(stage, "Sam", "Maya", SLOT, note="Eva phoned.", **eva)["proposal"]["status"] == "PENDING"


def test_an_invite_may_be_bound_to_hours_notice_and_a_session_before(open_stage: OpenStage) -> None:
    stage = thrive(open_stage, more="[invite]\noutside_availability = false\naccept_notice = 'PT2H'\n")
    assert invite(stage, "Eva", "Maya", SLOT)["code"] == "SLOT_UNAVAILABLE"
    sent = invite(stage, "Eva", "Maya", "2027-03-12T12:00:00Z")["proposal"]
    assert sent["answerUntil"] == "2027-03-12T10:00:00Z"
    stage.at("2027-03-12T10:00:00Z")
    assert accept(stage, "Maya", sent["id"])["proposal"]["status"] == "ACCEPTED"
    assert invite(stage, "Eva", "Maya", "2027-03-12T12:30:00Z")["code"] == "SLOT_TAKEN"
    assert invite(stage, "Eva", "Maya", "2027-03-12T11:00:00Z")["code"] == "NOTICE_TOO_SHORT"
    stage = thrive(open_stage, more="[invite]\nrequires_prior_session = true\n")
    assert invite(stage, "Eva", "Maya", SLOT)["code"] == "FORBIDDEN"
    stage = thrive(open_stage, more="[invite]\nenabled = false\n")
    assert invite(stage, "Eva", "Maya", SLOT)["code"] == "FORBIDDEN"


BY_REQUEST = """
[booking]
by_request = true
"""


def asked(open_stage: OpenStage) -> tuple[Stage, str]:
    """Where the coach confirms each booking, Maya asks Eva for 12 March, noon."""
    stage = thrive(open_stage, more=BY_REQUEST)
    wish = {"kind": stage.kinds["session"], "coach": stage.gid("Eva"), "startsAt": "2027-03-12T12:00:00Z"}
    assert stage.book("Maya", "session", "Eva", wish["startsAt"])["code"] == "APPROVAL_REQUIRED"
    assert wish["startsAt"] in stage.openings("Maya", "session", "Eva", wish["startsAt"], "2027-03-12T12:15:00Z")
    shown = stage.ask("Maya", CAN_REQUEST, input=wish)["canRequestBooking"]
    answer = stage.tell("Maya", REQUEST, **wish, idempotencyKey=stage.key())
    assert shown["consequence"] == answer["consequence"], answer
    return stage, answer["proposal"]["id"]


def test_a_request_to_book_holds_the_coachs_time_but_no_credit_and_accepting_it_books(open_stage: OpenStage) -> None:
    stage, key = asked(open_stage)
    stage.deliver()
    start = instant("2027-03-12T12:00:00Z")
    assert stage.feed("Maya") == {}
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {start}
    assert stage.entitlements("Maya")[LAST]["available"] == 2
    assert accept(stage, "Maya", key)["code"] == "FORBIDDEN"
    with stage.step() as step:
        assert accept(stage, "Eva", key)["proposal"]["status"] == "ACCEPTED"
    assert (step.ledger, step.mails) == ([("HOLD", 1, LAST)], BOTH_BOOKED)
    assert set(stage.feed("Maya")) == set(stage.google("Eva")) == {start}


def test_a_request_expires_is_declined_and_taken_back_without_loss(open_stage: OpenStage) -> None:
    stage, key = asked(open_stage)
    assert withdraw(stage, "Maya", key)["proposal"]["status"] == "WITHDRAWN"
    stage, key = asked(open_stage)
    with stage.step() as step:
        assert decline(stage, "Eva", key)["proposal"]["status"] == "DECLINED"
    assert step.mails == [("Maya", "PROPOSAL_DECLINED")]
    stage, key = asked(open_stage)
    stage.at("2027-03-12T09:00:00Z")
    assert look(stage, "Maya", key)["status"] == "PENDING"
    stage.at("2027-03-12T09:00:01Z", run_timers=False)
    assert look(stage, "Maya", key)["status"] == "EXPIRED"
    assert stage.entitlements("Maya")[LAST]["available"] == 2


@pytest.mark.parametrize("engaged", [True, False])
def test_after_the_deadline_a_live_booking_takes_the_time_though_no_worker_ran(
    open_stage: OpenStage, *, engaged: bool
) -> None:
    """Neither the database nor openings, the feed or Google keep what a dead invite held, whoever asks: a member of hers or a new one."""
    stage, key = invited(open_stage, hours=TO_EIGHT, open_kinds=["session"])
    stage.member("Leo", *(["Eva"] if engaged else []))
    stage.pack("Leo", "session", 1)
    wish = {"kind": stage.kinds["session"], "coach": stage.gid("Eva"), "startsAt": SLOT}

    def seen() -> tuple[list[str], str | None]:
        openings = stage.openings("Leo", "session", "Eva", SLOT, "2027-03-24T18:15:00Z")
        return openings, stage.ask("Leo", documents.CAN_BOOK, input=wish)["canBook"]["code"]

    stage.at(UNTIL)
    assert seen() == ([], "SLOT_TAKEN")
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    assert seen() == ([SLOT], None)
    # Nobody who writes to Google runs: what stands there is drawn, and blocks nothing.
    assert [event["status"] for event in stage.google("Eva").values()] == ["tentative"]
    answer = stage.book("Leo", "session", "Eva", SLOT)
    assert answer["session"]["status"] == "SCHEDULED"
    assert accept(stage, "Maya", key)["code"] == "INVITE_EXPIRED"
    assert [event.status for event in stage.feed("Eva").values()] == ["CONFIRMED"]
    stage.deliver()
    assert [event["status"] for event in stage.google("Eva").values()] == ["confirmed"]
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_the_feed_alone_shows_no_hold_of_a_dead_invite(open_stage: OpenStage) -> None:
    stage, _ = invited(open_stage)
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    assert stage.feed("Eva") == {}


def test_S_X_07_opening_every_link_of_an_invite_mail_changes_nothing(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    links = [link["url"] for link in stage.message("Maya", "INVITE")["links"]]
    assert len(links) == 1
    with stage.step() as step:
        for _ in range(2):
            for url in links:
                assert stage.theatre.head(url).status_code < 400
                assert stage.theatre.get(url).status_code < 400
    step.assert_nothing_happened()
    assert look(stage, "Maya", key)["status"] == "PENDING"
