"""Credits that roll into the next period, packs with an end, and their extension, through the contract (MODEL 6, D-62)."""

from tests.scenarios.stage import Json, Stage
from tests.scenarios.starts import OpenStage

ROLLS = """extends = "mastered"
[entitlement]
rollover_max = 1
rollover_times = 2
quantity = {mentor = 2, coaching = 0}
[booking]
duplicate_policy = "REFUSE"
"""
PACKS = 'extends = "thrive"\n[entitlement]\npack_validity = "P3M"\nextension_by = "P1M"\nextension_fee = "12.50"\n'
EXTEND = """mutation Extend($input: ExtendPackInput!) { extendPack(input: $input) { __typename
  ... on ExtendPackSuccess { entitlement { closesAt } } ... on Refusal { code } } }"""
CHECK = """query Check($id: ID!) { node(id: $id) { ... on Entitlement { closesAt canExtend {
  allowed code effect { summary effectiveAt digest charge { minorUnits } } } } } }"""
MONEY = "{ viewer { money(first: 20) { nodes { kind amount { minorUnits } cause } } } }"


def mentored(open_stage: OpenStage, document: str = ROLLS) -> Stage:
    stage = open_stage("mastered", at="2027-03-01T09:00:00Z")
    stage.publish(document)
    stage.coach("Eva", kinds=["mentor", "coaching"])
    stage.member("Maya", "Eva")
    return stage


def test_what_is_left_rolls_is_used_first_and_rolls_no_more_often_than_it_may(open_stage: OpenStage) -> None:
    stage = mentored(open_stage)
    stage.at("2027-03-31T22:59:59Z")
    with stage.step() as step:
        stage.at("2027-03-31T23:00:00Z")
    moved = [entry for entry in step.ledger if entry[0] != "GRANT"]
    assert moved == [("CARRY", 1, "mentor 2027-03 -> mentor 2027-04"), ("EXPIRE", 1, "mentor 2027-03")]
    assert stage.entitlements("Maya")["mentor 2027-04"]["available"] == 3
    # One is used: the one that has rolled. So at the end of April one that has not rolls for the first time.
    stage.booked("Maya", "mentor", "Eva", "2027-04-10T10:00:00Z")
    stage.at("2027-04-30T22:59:59Z")
    with stage.step() as step:
        stage.at("2027-04-30T23:00:00Z")
    assert [entry for entry in step.ledger if entry[0] in ("CARRY", "EXPIRE")] == [
        ("CARRY", 1, "mentor 2027-04 -> mentor 2027-05"),
        ("EXPIRE", 1, "mentor 2027-04"),
    ]
    [carried] = [row for row in step.difference.added("ledger_entry") if row["kind"] == "CARRY"]
    assert carried["rolled"] == 1
    for month, rolled in (("05-31", 2), ("06-30", 1)):
        # Nobody uses anything: the oldest goes first, and one that has rolled twice stays and expires.
        stage.at(f"2027-{month}T22:59:59Z")
        with stage.step() as step:
            stage.at(f"2027-{month}T23:00:00Z")
        [carried] = [row for row in step.difference.added("ledger_entry") if row["kind"] == "CARRY"]
        assert (carried["units"], carried["rolled"]) == (1, rolled)


def test_where_the_next_period_is_granted_only_when_it_begins_what_rolled_is_used_first(open_stage: OpenStage) -> None:
    stage = mentored(open_stage, ROLLS + "horizon_periods = 0\n")
    stage.at("2027-03-31T23:00:00Z")
    with stage.step() as step:
        stage.booked("Maya", "mentor", "Eva", "2027-04-10T10:00:00Z")
    [held] = [row for row in step.difference.added("ledger_entry") if row["kind"] == "HOLD"]
    carried = step.difference.after.of("ledger_entry")
    assert held["from_lot_id"] in {row["to_lot_id"] for row in carried if row["kind"] == "CARRY"}


def pack_of(stage: Stage) -> Json:
    [pack] = stage.entitlements("Maya").values()
    return pack


def packed(open_stage: OpenStage, document: str = PACKS) -> Stage:
    stage = open_stage("thrive", at="2027-01-31T09:00:00Z")
    stage.publish(document)
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 4)
    return stage


def extend(stage: Stage, who: str, pack: str, **more: object) -> Json:
    return stage.tell(who, EXTEND, entitlement=pack, idempotencyKey=stage.key(), **more)


def check(stage: Stage, who: str, pack: str) -> Json:
    return stage.ask(who, CHECK, id=pack)["node"]["canExtend"]


def test_a_pack_ends_by_the_policy_and_is_extended_once_at_a_cost_that_was_shown(open_stage: OpenStage) -> None:
    stage = packed(open_stage)
    pack = pack_of(stage)
    assert pack["closesAt"] == "2027-04-30T08:00:00Z"
    stage.at("2027-04-30T07:59:59Z")
    shown = check(stage, "Maya", pack["id"])
    assert shown["allowed"]
    assert shown["effect"]["charge"] == {"minorUnits": 1250}
    assert extend(stage, "Maya", pack["id"])["code"] == "LATE_CHANGE_NEEDS_ACK"
    assert extend(stage, "Eva", pack["id"], acknowledge=shown["effect"]["digest"])["code"] == "FORBIDDEN"
    with stage.step() as step:
        answer = extend(stage, "Maya", pack["id"], acknowledge=shown["effect"]["digest"])
    assert answer["entitlement"]["closesAt"] == shown["effect"]["effectiveAt"] == "2027-05-30T08:00:00Z"
    assert (step.ledger, step.money, step.mails) == ([], [("CHARGE", "Maya", 1250)], [])
    assert check(stage, "Maya", pack["id"])["code"] == "WRONG_STATE"
    # The former end is none any more.
    with stage.step() as step:
        stage.at("2027-04-30T08:00:00Z")
    assert step.ledger == []
    assert "session" in stage.book("Maya", "session", "Eva", "2027-05-30T07:30:00Z")
    stage.at("2027-05-30T07:59:59Z")
    with stage.step() as step:
        stage.at("2027-05-30T08:00:00Z")
    assert [entry[:2] for entry in step.ledger] == [("EXPIRE", 3)]


def test_what_has_ended_is_not_extended_and_staff_extend_for_the_member(open_stage: OpenStage) -> None:
    stage = packed(open_stage, PACKS.replace('"12.50"', '"0.00"'))
    pack = pack_of(stage)
    assert extend(stage, "Sam", pack["id"])["entitlement"]["closesAt"] == "2027-05-30T08:00:00Z"
    stage.at("2027-05-30T08:00:00Z")
    assert check(stage, "Maya", pack["id"])["code"] == "DEADLINE_PASSED"
