"""What a coach writes down about a session: private or shared, each version kept, never for the team (A18, MODEL 10)."""

from typing import Any

from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup_paid_session
from tests.scenarios.statements import record

NOTE = "note { id version visibility text mayEdit revisions { version text } }"
ITEM = "actionItem { id version visibility text dueOn doneAt mayEdit }"
WRITTEN = f"""
query Written($id: ID!) {{ node(id: $id) {{ ... on Session {{ mayWriteNotes
  notes {NOTE.removeprefix("note ")} actionItems {ITEM.removeprefix("actionItem ")} }} }} }}
"""
WRITTEN_TO = {"note", "note_revision", "action_item", "event", "event_person", "person", "idempotency_key"}
"""Where words about a session leave a trace."""
BY_ID = "query ById($id: ID!) { node(id: $id) { id } }"


def tell(stage: Stage, who: str, verb: str, shown: str, **fields: Any) -> Any:
    """The answer of one of the verbs on what is written down."""
    name = verb[0].upper() + verb[1:]
    document = f"""mutation M($input: {name}Input!) {{ {verb}(input: $input) {{
      ... on {name}Success {{ {shown} }} ... on Refusal {{ __typename code message }} }} }}"""
    return stage.tell(who, document, idempotencyKey=stage.key(), **fields)


def note(stage: Stage, who: str, session: str, text: str, visibility: str) -> Any:
    return tell(stage, who, "writeNote", NOTE, session=session, text=text, visibility=visibility)


def item(stage: Stage, who: str, session: str, text: str, visibility: str = "SHARED", **more: Any) -> Any:
    return tell(stage, who, "addActionItem", ITEM, session=session, text=text, visibility=visibility, **more)


def written(stage: Stage, who: str, session: str) -> Any:
    return stage.ask(who, WRITTEN, id=session)["node"]


def test_S_A_02_a_held_session_leaves_notes_and_next_steps(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:45:00Z")
    with stage.step() as recorded:
        assert record(stage, "Eva", session, held=True)["session"]["status"] == "COMPLETED"
    with stage.step() as step:
        note(stage, "Eva", session, "Was tired today.", "PRIVATE")
        note(stage, "Eva", session, "We spoke about the new team.", "SHARED")
        item(stage, "Eva", session, "Talk to each of the five.", dueOn="2027-04-01")
        item(stage, "Eva", session, "Read chapter three.", "PRIVATE")
    assert (recorded.ledger, recorded.money) == ([("CONSUME", 1, "session 2027-03")], [("EARNING", "Eva", 10000)])
    assert recorded.mails == recorded.google_calls == step.google_calls == []
    assert step.difference.touched == WRITTEN_TO
    assert {table for table in WRITTEN_TO if step.difference.removed(table)} == set()
    eva, maya, sam = (written(stage, who, session) for who in ("Eva", "Maya", "Sam"))
    assert [one["text"] for one in eva["notes"]] == ["Was tired today.", "We spoke about the new team."]
    assert [one["text"] for one in maya["notes"]] == ["We spoke about the new team."]
    assert [(one["text"], one["dueOn"]) for one in maya["actionItems"]] == [("Talk to each of the five.", "2027-04-01")]
    assert [one["text"] for one in eva["actionItems"]] == ["Talk to each of the five.", "Read chapter three."]
    assert sam == {"mayWriteNotes": False, "notes": [], "actionItems": []}
    assert "tired" not in str(step.difference.added("event"))


def test_each_version_of_a_note_is_kept_for_its_author(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    first = note(stage, "Eva", session, "We spoke of the team.", "SHARED")["note"]
    fields = {"note": first["id"], "text": "We spoke of two teams.", "visibility": "SHARED"}
    assert tell(stage, "Eva", "editNote", NOTE, **fields, ifVersion=7)["code"] == "STALE_VERSION"
    assert tell(stage, "Maya", "editNote", NOTE, **fields, ifVersion=1)["code"] == "FORBIDDEN"
    assert tell(stage, "Sam", "editNote", NOTE, **fields, ifVersion=1)["code"] == "NOT_FOUND"
    second = tell(stage, "Eva", "editNote", NOTE, **fields, ifVersion=1)["note"]
    assert (second["version"], second["text"]) == (2, "We spoke of two teams.")
    assert [one["text"] for one in second["revisions"]] == ["We spoke of the team.", "We spoke of two teams."]
    seen = written(stage, "Maya", session)["notes"]
    assert [(one["text"], one["revisions"], one["mayEdit"]) for one in seen] == [("We spoke of two teams.", [], False)]


def test_a_private_note_does_not_exist_for_anybody_else(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    private = note(stage, "Eva", session, "Was tired today.", "PRIVATE")["note"]
    fields = {"note": private["id"], "ifVersion": 1, "text": "No.", "visibility": "SHARED"}
    for who in ("Maya", "Sam"):
        assert stage.ask(who, BY_ID, id=private["id"])["node"] is None
        assert tell(stage, who, "editNote", NOTE, **fields)["code"] == "NOT_FOUND"
    assert stage.ask("Eva", BY_ID, id=private["id"])["node"] is not None
    assert all(one["name"] != "NOTE_WRITTEN" for one in stage.session(session)["history"]["nodes"])


def test_only_the_coach_of_the_session_writes(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.coach("Dan", kinds=["session"])
    for who, code in (("Maya", "FORBIDDEN"), ("Sam", "FORBIDDEN"), ("Dan", "NOT_FOUND")):
        assert note(stage, who, session, "No.", "SHARED")["code"] == code
        assert item(stage, who, session, "No.")["code"] == code
    assert note(stage, "Eva", session, "  ", "SHARED")["code"] == "INVALID_INPUT"


def test_both_sides_say_that_a_shared_step_is_done(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    step = item(stage, "Eva", session, "Talk to each of the five.")["actionItem"]
    done = tell(stage, "Maya", "finishActionItem", ITEM, actionItem=step["id"], ifVersion=1, done=True)["actionItem"]
    assert (done["doneAt"], done["version"]) == (stage.now, 2)
    again = tell(stage, "Eva", "finishActionItem", ITEM, actionItem=step["id"], ifVersion=2, done=False)["actionItem"]
    assert (again["doneAt"], again["version"]) == (None, 3)
    fields = {"actionItem": step["id"], "ifVersion": 3, "text": "Talk to three.", "visibility": "PRIVATE"}
    edited = tell(stage, "Eva", "editActionItem", ITEM, **fields, dueOn="2027-04-02")["actionItem"]
    assert (edited["text"], edited["dueOn"], edited["visibility"]) == ("Talk to three.", "2027-04-02", "PRIVATE")
    assert written(stage, "Maya", session)["actionItems"] == []
    assert (
        tell(stage, "Maya", "finishActionItem", ITEM, actionItem=step["id"], ifVersion=4, done=True)["code"]
        == "NOT_FOUND"
    )


def test_a_step_is_due_on_the_day_of_the_session_or_later(open_stage: OpenStage) -> None:
    """Before the session: today or later, and what is over stays when a word is mended."""
    stage, session = aceup_paid_session(open_stage)
    assert stage.now == "2027-03-01T09:00:00Z"
    kept = item(stage, "Eva", session, "Read chapter one.", dueOn="2027-03-01")["actionItem"]
    with stage.step() as step:
        for day in ("1900-01-01", "2027-02-28"):
            refused = item(stage, "Eva", session, "Read chapter one.", dueOn=day)
            assert refused["code"] == "INVALID_INPUT"
            assert "2027-03-01 at the earliest" in refused["message"]
    step.assert_nothing_happened()
    stage.at("2027-03-30T09:00:00Z")
    assert item(stage, "Eva", session, "Call her.", dueOn="2027-03-17")["code"] == "INVALID_INPUT"
    assert item(stage, "Eva", session, "Call her.", dueOn="2027-03-18")["actionItem"]["dueOn"] == "2027-03-18"
    fields = {"actionItem": kept["id"], "ifVersion": 1, "text": "Read chapter two.", "visibility": "SHARED"}
    earlier = tell(stage, "Eva", "editActionItem", ITEM, **fields, dueOn="2027-02-28")
    assert earlier["code"] == "INVALID_INPUT"
    edited = tell(stage, "Eva", "editActionItem", ITEM, **fields, dueOn="2027-03-01")["actionItem"]
    assert (edited["text"], edited["dueOn"], edited["version"]) == ("Read chapter two.", "2027-03-01", 2)
