"""Questionnaires, messages and the notification centre on the stage."""

from typing import Any

from tests.scenarios.stage import Stage

SESSION = """session { id questionnaire { status changedAt questions { code type } answers { question values }
  canSkip { allowed code } canSubmit { allowed code } } }"""
THREAD = "thread { id kind unreadCount sessionId coach { name } member { name } messages(first: 50) { nodes { text mine author { name } by } } }"
QUESTIONNAIRE = f"query Q($id: ID!) {{ node(id: $id) {{ ... on Session {{ {SESSION.removeprefix('session { id ').removesuffix(' }')} }} }} }}"
THREADS = (
    f"query T {{ viewer {{ unreadNotifications threads(first: 50) {{ nodes {THREAD.removeprefix('thread ')} }} }} }}"
)
THREAD_BY_ID = f"query T($id: ID!) {{ node(id: $id) {{ ... on Thread {THREAD.removeprefix('thread ')} }} }}"
PROFILE = "query P($id: ID!) { coachProfile(coach: $id) { headline about languages coach { name } } }"


def tell(stage: Stage, who: str, verb: str, shown: str, **fields: Any) -> Any:
    """The answer of a verb: what it shows, or its refusal."""
    name = verb[0].upper() + verb[1:]
    document = f"""mutation M($input: {name}Input!) {{ {verb}(input: $input) {{
      ... on {name}Success {{ {shown} }} ... on Refusal {{ __typename code message }} }} }}"""
    return stage.tell(who, document, idempotencyKey=stage.key(), **fields)


def write(stage: Stage, who: str, text: str, **fields: Any) -> Any:
    return tell(stage, who, "sendMessage", THREAD, text=text, **fields)


def submit(stage: Stage, who: str, session: str, **answers: str) -> Any:
    given = [{"question": code, "values": [said]} for code, said in answers.items()]
    return tell(stage, who, "submitQuestionnaire", SESSION, session=session, answers=given)


def skip(stage: Stage, who: str, session: str) -> Any:
    return tell(stage, who, "skipQuestionnaire", SESSION, session=session)


def questionnaire(stage: Stage, who: str, session: str) -> Any:
    node = stage.ask(who, QUESTIONNAIRE, id=session)["node"]
    return None if node is None else node["questionnaire"]


def threads(stage: Stage, who: str) -> Any:
    return stage.ask(who, THREADS)["viewer"]["threads"]["nodes"]


def readings(stage: Stage, what: str) -> list[tuple[str, int]]:
    """Who has read which of other people's words, as it is recorded."""
    from tests.scenarios.records import read_records

    rows = read_records(stage.theatre.owner, stage.organisation_id).of("content_reading")
    return [(stage.name_of(row["reader_id"]), row["object_id"]) for row in rows if row["what"] == what]
