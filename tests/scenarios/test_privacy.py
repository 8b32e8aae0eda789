"""The table of MODEL 10: who reads which note, questionnaire, message and profile, and that nobody else gets a hint of them."""

import pytest

from tests.scenarios.memberships import sponsored
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, thrive_session
from tests.scenarios.talks import PROFILE, THREAD_BY_ID, questionnaire, submit, tell, write
from tests.scenarios.test_notes import BY_ID, note, written

READERS = ("Maya", "Eva", "Leo", "Cora", "Sam", "Mona", "Dan")
"""The member and the coach of the session, another member and another coach, senior and plain staff, and who reads for the sponsor."""


@pytest.fixture
def told(open_stage: OpenStage) -> tuple[Stage, str]:
    """A session about which everything was written that can be, and people who have nothing to do with it."""
    stage, session = thrive_session(open_stage)
    stage.coach("Cora", kinds=["session"])
    stage.member("Leo", "Cora")
    stage.person("Mona", "STAFF")
    stage.person("Dan", "MEMBER")
    sponsored(stage, sponsor="Dan", approves=True)
    note(stage, "Eva", session, "a private word", "PRIVATE")
    note(stage, "Eva", session, "a shared word", "SHARED")
    submit(stage, "Maya", session, TOPIC="a word before")
    tell(stage, "Eva", "setCoachProfile", "coach", headline="a headline", about="", languages=[])
    return stage, session


def test_who_reads_which_note(told: tuple[Stage, str]) -> None:
    stage, session = told
    found = {who: written(stage, who, session) for who in READERS}
    texts = {who: None if node is None else [one["text"] for one in node["notes"]] for who, node in found.items()}
    assert texts == {
        "Maya": ["a shared word"],
        "Eva": ["a private word", "a shared word"],
        "Leo": None,
        "Cora": None,
        "Dan": None,
        "Sam": [],
        "Mona": [],
    }


def test_who_reads_which_answer_of_a_questionnaire(told: tuple[Stage, str]) -> None:
    stage, session = told
    found = {who: questionnaire(stage, who, session) for who in READERS}
    seen = {who: None if one is None else (one["status"], len(one["answers"])) for who, one in found.items()}
    assert seen == {
        "Maya": ("SUBMITTED", 1),
        "Eva": ("SUBMITTED", 1),
        "Leo": None,
        "Cora": None,
        "Dan": None,
        "Sam": ("SUBMITTED", 0),
        "Mona": ("SUBMITTED", 0),
    }


def test_who_reads_which_message(told: tuple[Stage, str]) -> None:
    stage, session = told
    private = write(stage, "Maya", "a word to Eva", to=stage.gid("Eva"), session=session)["thread"]["id"]
    team = write(stage, "Maya", "a word to the team")["thread"]["id"]
    read = {
        who: [stage.ask(who, THREAD_BY_ID, id=thread)["node"] is not None for thread in (private, team)]
        for who in READERS
    }
    assert read == {
        "Maya": [True, True],
        "Eva": [True, False],
        "Leo": [False, False],
        "Cora": [False, False],
        "Dan": [False, False],
        "Sam": [False, True],
        "Mona": [False, True],
    }


def test_who_reads_which_profile(told: tuple[Stage, str]) -> None:
    stage, _ = told
    found = {who: stage.ask(who, PROFILE, id=stage.gid("Eva"))["coachProfile"] for who in READERS}
    assert {who: one is not None for who, one in found.items()} == {
        "Maya": True,
        "Eva": True,
        "Leo": False,
        "Cora": False,
        "Dan": False,
        "Sam": True,
        "Mona": True,
    }
    assert set(found["Maya"]) == {"headline", "about", "languages", "coach"}


def test_no_word_stands_in_a_history_a_message_or_a_feed(told: tuple[Stage, str]) -> None:
    stage, session = told
    write(stage, "Maya", "a word to Eva", to=stage.gid("Eva"), session=session)
    stage.deliver()
    for who in ("Maya", "Eva", "Sam"):
        said = repr([stage.messages(who), stage.session(session, who=who)])
        assert not any(word in said for word in ("private word", "shared word", "word before", "word to Eva"))
    for who in ("Maya", "Eva"):
        assert "word" not in stage.theatre.get(stage.feed_url(who)).text


def test_an_id_of_what_one_may_not_read_leads_nowhere(told: tuple[Stage, str]) -> None:
    stage, session = told
    thread = write(stage, "Maya", "a word to Eva", to=stage.gid("Eva"))["thread"]["id"]
    for who in ("Leo", "Cora", "Dan"):
        assert [stage.ask(who, BY_ID, id=key)["node"] for key in (session, thread)] == [None, None]
