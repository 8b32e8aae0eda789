"""The table of MODEL 10: who reads which note, questionnaire, message and profile, and that nobody else gets a hint of them."""

import pytest

from tests.scenarios.memberships import membership, sponsored
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, thrive_session
from tests.scenarios.talks import PROFILE, THREAD_BY_ID, questionnaire, submit, tell, write
from tests.scenarios.test_notes import BY_ID, note, written

READERS = ("Maya", "Eva", "Leo", "Cora", "Sam", "Mona", "Dan", "Nora")
"""The member and the coach of the session, another member and another coach, senior and plain staff, who reads for the sponsor
that pays for this member's sessions, and who reads for the sponsor of another one's."""
ATTACH = """mutation Attach($input: AttachContractInput!) { attachContract(input: $input) {
  ... on AttachContractSuccess { membership { id } } ... on Refusal { code message } } }"""
SPONSORED = """{ viewer { sponsorships { name membershipCount scheduledCount heldCount credits { available held }
  sessions(first: 10) { nodes { startsAt endsAt } } charges(first: 10) { nodes { kind } } } } }"""
LISTS = """{ viewer { unreadNotifications sessions(first: 9) { nodes { id } } proposals(first: 9) { nodes { id } }
  threads(first: 9) { nodes { unreadCount } } notifications(first: 50) { nodes { code } } } }"""
PERSON = "query ($id: ID!) { node(id: $id) { ... on Person { name timeZone } } }"
RECORD = "query ($id: ID!) { node(id: $id) { ... on PersonRecord { email } } }"


@pytest.fixture
def told(open_stage: OpenStage) -> tuple[Stage, str]:
    """A session about which everything was written that can be, and people who have nothing to do with it."""
    stage, session = thrive_session(open_stage)
    stage.coach("Cora", kinds=["session"])
    stage.member("Leo", "Cora")
    stage.person("Mona", "STAFF")
    for sponsor, member in (("Dan", "Maya"), ("Nora", "Leo")):
        stage.person(sponsor, "MEMBER")
        contract = sponsored(stage, sponsor=sponsor, approves=True, name=f"Frame of {sponsor}")
        answer = stage.tell(
            "Sam", ATTACH, membership=membership(stage, member)["id"], contract=contract, idempotencyKey=stage.key()
        )
        assert "membership" in answer, answer
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
        "Nora": None,
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
        "Nora": None,
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
        "Nora": [False, False],
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
        "Nora": False,
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
    for who in ("Leo", "Cora", "Dan", "Nora"):
        assert [stage.ask(who, BY_ID, id=key)["node"] for key in (session, thread)] == [None, None]


def test_a_sponsor_reads_dates_and_counts_of_its_own_members_and_of_nobody_elses(told: tuple[Stage, str]) -> None:
    stage, session = told
    write(stage, "Maya", "a word to Eva", to=stage.gid("Eva"), session=session)
    day = {"startsAt": "2027-03-24T18:00:00Z", "endsAt": "2027-03-24T18:45:00Z"}
    nothing = {"heldCount": 0, "charges": {"nodes": []}}
    for who, count, dates, held in (("Dan", 1, [day], 1), ("Nora", 0, [], 0)):
        [seen] = stage.ask(who, SPONSORED)["viewer"]["sponsorships"]
        assert seen == {
            **nothing,
            "name": f"Frame of {who}",
            "membershipCount": 1,
            "scheduledCount": count,
            "sessions": {"nodes": dates},
            "credits": {"available": held, "held": held},
        }
        lists = stage.ask(who, LISTS)["viewer"]
        assert lists["unreadNotifications"] == 0
        assert [part["nodes"] for name, part in lists.items() if name != "unreadNotifications"] == [[], [], [], []]
        for key in (session, stage.gid("Maya"), stage.gid("Eva")):
            assert stage.ask(who, BY_ID, id=key)["node"] is None


def test_who_counts_which_messages_and_conversations(told: tuple[Stage, str]) -> None:
    stage, session = told
    write(stage, "Maya", "a word to Eva", to=stage.gid("Eva"), session=session)
    write(stage, "Maya", "another", to=stage.gid("Eva"), session=session)
    write(stage, "Maya", "a word to the team")
    seen = {who: stage.ask(who, LISTS)["viewer"] for who in READERS}
    assert {who: [one["unreadCount"] for one in one["threads"]["nodes"]] for who, one in seen.items()} == {
        "Maya": [0, 0],
        "Eva": [2],
        "Sam": [1],
        "Mona": [1],
        **{who: [] for who in ("Leo", "Cora", "Dan", "Nora")},
    }
    told_of = {who: [one["code"] for one in one["notifications"]["nodes"]] for who, one in seen.items()}
    assert {who: codes.count("MESSAGE") for who, codes in told_of.items()} == {
        "Eva": 2,
        "Sam": 1,
        "Mona": 1,
        **dict.fromkeys(("Maya", "Leo", "Cora", "Dan", "Nora"), 0),
    }


def test_who_reads_which_field_of_a_person(told: tuple[Stage, str]) -> None:
    """A name and a zone of those with whom one has something to do; an address is for the team alone."""
    stage, _ = told
    knows = {"Maya": {"Maya", "Sam", "Mona", "Eva"}, "Eva": {"Maya", "Sam", "Mona", "Eva"}}
    for whom, readers in knows.items():
        found = {who: stage.ask(who, PERSON, id=stage.gid(whom))["node"] for who in READERS}
        assert {who for who, one in found.items() if one is not None} == readers
        record = stage.theatre.global_id("PersonRecord", stage.person_ids[whom])
        emails = {who: stage.ask(who, RECORD, id=record)["node"] for who in READERS}
        assert {who for who, one in emails.items() if one is not None} == {"Sam", "Mona"}
