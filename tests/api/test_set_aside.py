"""What failed for good is seen by staff, with its code and nobody's words, and has its turn again when they ask for it."""

from api.ids import global_id, parse_id
from tests.api.conftest import FrontEnd, Json
from tests.api.givens import (
    failed,
)
from tests.worker.test_claims import claimed

LIST = """query ($kind: WorkKind, $first: Int) { setAsideWork(kind: $kind, first: $first) {
    nodes { id kind concerns attempts lastError setAsideAt doneAt } pageInfo { hasNextPage } } }"""
REPEAT = """mutation ($input: RepeatWorkInput!) { repeatWork(input: $input) { __typename
    ... on RepeatWorkSuccess { work { id attempts lastError setAsideAt doneAt } } ... on Refusal { code } } }"""


def listed(front_end: FrontEnd, **asked: object) -> list[Json]:
    return front_end.ask("Sam", LIST, **asked)["setAsideWork"]["nodes"]


def test_a_mail_that_was_refused_for_good_is_shown_to_staff_with_its_code_and_whom_it_concerns(
    front_end: FrontEnd,
) -> None:
    assert listed(front_end) == []
    work = failed(front_end)
    [shown] = listed(front_end, kind="MAIL")
    assert shown.pop("setAsideAt") is not None
    assert set(shown.pop("concerns")) <= {front_end.gid("Maya"), front_end.gid("Eva")}
    assert shown == {"id": work, "kind": "MAIL", "attempts": 1, "lastError": "smtp550", "doneAt": None}
    assert listed(front_end, kind="GOOGLE_PUSH") == []


def test_repeated_it_is_due_as_if_it_had_never_been_tried_and_only_once(front_end: FrontEnd) -> None:
    work = failed(front_end)
    number = global_key(work)
    database = front_end.platform.database
    assert number not in claimed(database)
    once = front_end.key()
    answer = front_end.tell("Sam", REPEAT, work=work, idempotencyKey=once)
    assert answer["work"] == {"id": work, "attempts": 0, "lastError": None, "setAsideAt": None, "doneAt": None}
    assert front_end.tell("Sam", REPEAT, work=work, idempotencyKey=once) == answer
    assert front_end.tell("Sam", REPEAT, work=work, idempotencyKey=front_end.key())["code"] == "WRONG_STATE"
    assert listed(front_end) == []
    assert number in claimed(database)


def test_who_repeated_what_stands_in_the_audit_trail(front_end: FrontEnd) -> None:
    front_end.tell("Sam", REPEAT, work=failed(front_end), idempotencyKey=front_end.key())
    asked = '{ auditTrail(filter: {names: ["WORK_REPEATED"]}) { nodes { name actor { kind name } } } }'
    [entry] = front_end.ask("Sam", asked)["auditTrail"]["nodes"]
    assert entry == {"name": "WORK_REPEATED", "actor": {"kind": "STAFF", "name": "Sam"}}


def test_work_that_is_none_is_not_found(front_end: FrontEnd) -> None:
    wish = {"work": global_id("DueWork", 10**12), "idempotencyKey": front_end.key()}
    assert front_end.tell("Sam", REPEAT, **wish)["code"] == "NOT_FOUND"


def global_key(work: str) -> int:
    parsed = parse_id(work)
    assert parsed is not None
    return parsed[1]
