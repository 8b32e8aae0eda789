"""Policy documents: complete or extending a preset, typed as a whole, with the source of each value (MODEL 3, D-41)."""

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from policy.document import ResolvedPolicy, load_overlay, load_policy, resolve
from policy.limits import parse_limit
from policy.money import Money
from policy.presets import PRESETS, preset_text
from policy.reasons import Terms
from policy.rows import Row
from policy.tallies import Step, Tally
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    Fault,
    PayRule,
    Rest,
    Sanction,
    Side,
    Source,
    TallyOf,
    TallyWindow,
    Until,
    Use,
)
from tests.policy.cast import preset, resolved, sixth_document
from tests.policy.neighbours import toml

COMPLETE = """
name = "Own"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
]
[kinds]
session = {name = "Session", duration = "PT50M", units = 1, pay = 1}
"""


def one_row(**fields: Any) -> str:
    """A document that extends Mastered with a table of this row alone."""
    row = {"id": "only", "by": "MEMBER", "action": "CANCEL", "then": "DO", "reason": "CLIENT_CANCELLED", **fields}
    kept = {name: value for name, value in row.items() if value is not None}
    return f'extends = "mastered"\n{toml({"change": {"rules": [kept]}})}'


# -- what a document may say -------------------------------------------------------------------------------------------------------


def test_a_complete_document_stands_alone() -> None:
    policy = load_policy(COMPLETE, version=7)
    assert (policy.name, policy.version, policy.currency) == ("Own", 7, "EUR")
    assert policy.kinds["session"].duration == timedelta(minutes=50)
    assert [row.id for row in policy.rows] == [
        "cancel",
        "move",
        "coach-cancel",
        "coach-move",
        "no-show",
        "coach-no-show",
    ]
    assert {
        name for name, value in resolve(policy, "session").values.items() if value.source is not Source.DEFAULT
    } == set()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_policy_and_cites_the_rule_of_all_that_it_states(name: str) -> None:
    policy = load_policy(preset_text(name))
    assert policy == load_policy(f'extends = "{name}"')
    assert all(row.rule for row in policy.rows)
    assert all(terms.rule for terms in policy.reasons.values())
    assert all(kind.rule for kind in policy.kinds.values())
    assert all(tally.rule for tally in policy.tallies.values())
    assert set(policy.cites) <= set(policy.own.values)


STARRED = {
    "mastered": {"booking.horizon_periods", "invite.enabled"},
    "mento": set[str](),
    "aceup": {"entitlement.quantity", "matching.max_candidates", "matching.chemistry_when"},
    "topmate": {"conference.provider"},
    "thrive": {"entitlement.quantity"},
}
"""What MODEL 3 marks as not stated by the platform, and what is switched off because the platform does not know it."""


@pytest.mark.parametrize("name", PRESETS)
def test_only_what_no_rule_states_stands_without_one(name: str) -> None:
    policy = preset(name)
    assert set(policy.own.values) - set(policy.cites) == STARRED[name]


def test_the_sixth_platform_is_data_and_no_code() -> None:
    policy = load_policy(sixth_document())
    assert policy.reasons["CANCELLED_HALF"] == Terms(
        use=Use.ENDED,
        fault=Fault.MEMBER,
        late=True,
        take=Fraction(1, 2),
        rest=Rest.RELEASED,
        pay=Fraction(1, 2),
        stated_by=(ActorKind.STAFF,),
    )
    assert policy.reasons["CLIENT_NO_SHOW"].fee == Money(minor_units=2000, currency="EUR")
    assert policy.reasons["CLIENT_NO_SHOW"].take == 1
    assert policy.reasons["COACH_CANCELLED_LATE"].bonus == 2
    assert policy.tallies == {
        "graces": Tally(of=TallyOf.MEMBER, counts={"MOVED_LATE": 1}, window=TallyWindow.ALL),
        "absences": Tally(
            of=TallyOf.MEMBER,
            counts={"CLIENT_NO_SHOW": 1},
            window=timedelta(days=60),
            steps=(Step(then=(Sanction.BLOCK,), at=3, lasts=timedelta(days=14)),),
        ),
    }
    assert policy.rows[1] == Row(
        id="cancel-half",
        by=Side.MEMBER,
        action=Action.CANCEL,
        then=Answer.DO,
        reason="CANCELLED_HALF",
        notice=parse_limit("1d 20:00"),
    )


def test_a_row_carries_all_its_conditions() -> None:
    document = one_row(
        kinds=["mentor"],
        notice="PT24H",
        booked_within="PT1H",
        moved_inside="PT48H",
        claim="EMERGENCY",
        below={"often": 3},
        then="DECIDE",
        reason=None,
        decided_by="STAFF",
        decide_within="P7D",
        on_silence="OTHER",
        rule="X1",
    )
    tally = toml({"tallies": {"often": {"of": "PAIR", "counts": {"OTHER": 2}, "window": "P90D", "in_a_row": True}}})
    assert load_policy(document + tally).rows[0] == Row(
        id="only",
        by=Side.MEMBER,
        action=Action.CANCEL,
        then=Answer.DECIDE,
        kinds=frozenset({"mentor"}),
        notice=parse_limit("PT24H"),
        booked_within=timedelta(hours=1),
        moved_inside=timedelta(hours=48),
        claim="EMERGENCY",
        below={"often": 3},
        decided_by=ActorKind.STAFF,
        decide_within=timedelta(days=7),
        on_silence="OTHER",
        rule="X1",
    )


def test_a_request_may_go_to_staff_and_wait_for_its_answer() -> None:
    row = load_policy(one_row(then="ASK", asks="STAFF", answer_within="P2D")).rows[0]
    assert (row.asks_staff, row.answer_within) == (True, timedelta(days=2))


def test_a_move_may_be_near_or_in_the_same_period() -> None:
    for to, typed in (("P7D", timedelta(days=7)), ("SAME_PERIOD", "SAME_PERIOD")):
        row = load_policy(one_row(action="MOVE", reason="CLIENT_MOVED", to=to)).rows[0]
        assert row.to == typed


def test_an_absence_that_is_stated_takes_the_place_of_the_default_one() -> None:
    document = one_row(action="MISS", reason="OTHER", id="absent")
    assert [row.id for row in load_policy(document).rows] == ["absent", "coach-no-show"]


def test_tallies_have_steps() -> None:
    steps = [
        {"every": 2, "then": ["WARN", "CHARGE"], "amount": "15.00"},
        {"at": 3, "then": ["BLOCK"], "for": "P2M", "kinds": ["mentor"]},
        {"at": 4, "then": ["PAUSE"], "for": "STAFF"},
    ]
    tally = {"of": "MEMBER", "counts": {"OTHER": 1}, "window": "PERIOD", "steps": steps}
    found = load_policy(f'extends = "mastered"\n{toml({"tallies": {"t": tally}})}').tallies["t"].steps
    assert found == (
        Step(every=2, then=(Sanction.WARN, Sanction.CHARGE), amount=Money(minor_units=1500, currency="EUR")),
        Step(at=3, then=(Sanction.BLOCK,), lasts="P2M", kinds=frozenset({"mentor"})),
        Step(at=4, then=(Sanction.PAUSE,), lasts=Until.STAFF),
    )


def test_terms_may_be_amounts_or_parts() -> None:
    reason = {
        "use": "ended",
        "fee": "1/2",
        "coach_fee": "5.00",
        "pay": "IF_COACH_PRESENT",
        "stated_by": ["MEMBER", "STAFF"],
    }
    terms = load_policy(f'extends = "mastered"\ncurrency = "USD"\n{toml({"reasons": {"OWN": reason}})}').reasons["OWN"]
    assert terms.fee == Fraction(1, 2)
    assert terms.coach_fee == Money(minor_units=500, currency="USD")
    assert terms.pay is PayRule.IF_COACH_PRESENT
    assert terms.stated_by == (ActorKind.MEMBER, ActorKind.STAFF)


@pytest.mark.parametrize(
    ("code", "stated_by"),
    [
        ("OTHER", (ActorKind.COACH, ActorKind.STAFF)),
        ("HELD", (ActorKind.COACH, ActorKind.STAFF)),
        ("MOVE_DECLINED", ()),
        ("DUPLICATE_RESOLVED", ()),
        ("PLATFORM_CANCELLED", ()),
        ("CLIENT_MOVED", (ActorKind.STAFF,)),
    ],
)
def test_who_may_state_a_reason_by_default(code: str, stated_by: tuple[ActorKind, ...]) -> None:
    assert preset("mastered").reasons[code].stated_by == stated_by


def test_coaches_of_aceup_choose_among_six_reasons_of_what_did_not_occur() -> None:
    ended = {code: terms for code, terms in preset("aceup").reasons.items() if terms.use is Use.ENDED}
    assert {code for code, terms in ended.items() if ActorKind.COACH in terms.stated_by} == {
        "CLIENT_EMERGENCY",
        "COACH_EMERGENCY",
        "COACH_MISSED",
        "OTHER",
        "CLIENT_NO_SHOW",
        "CLIENT_CANCELLED_LATE",
    }


def test_prices_of_kinds_are_amounts() -> None:
    kinds = {"kinds": {"coaching": {"price": "60.00"}, "mentor": {"price": "NONE"}}}
    policy = load_policy(f'extends = "mastered"\n{toml(kinds)}')
    assert policy.kinds["coaching"].price == Money(minor_units=6000, currency="EUR")
    assert policy.kinds["mentor"].price is None


# -- what extending means ----------------------------------------------------------------------------------------------------------


def test_an_extending_document_states_only_what_differs() -> None:
    policy = load_policy('extends = "mastered"\nname = "Ours"\n[booking]\ndeadline_day = 20\n')
    rules = resolve(policy, "coaching")
    assert policy.name == "Ours"
    assert rules.optional_integer("booking.deadline_day") == 20
    assert rules.rows == resolved("mastered", "coaching").rows
    assert rules.integer("booking.horizon_periods") == 1


def test_a_local_time_may_be_written_as_one() -> None:
    policy = load_policy('extends = "mastered"\n[booking]\ndeadline_time = 20:30:00\n')
    assert resolve(policy, "coaching").values["booking.deadline_time"].raw == "20:30:00"


def test_a_value_of_ones_own_no_longer_cites_the_platforms_rule() -> None:
    own = load_policy(
        'extends = "mastered"\n[entitlement]\nperiod = "DAYS"\n[reasons]\nCLIENT_NO_SHOW = {take = 0}\n[kinds.mentor]\nunits = 2\n'
    )
    rules = resolve(own, "coaching")
    assert rules.values["entitlement.period"].rule is None
    assert rules.values["entitlement.basis"].rule == "M1"
    assert own.reasons["CLIENT_NO_SHOW"].rule is None
    assert own.reasons["CLIENT_CANCELLED_LATE"].rule == "M7"
    assert own.kinds["mentor"].rule is None
    assert own.kinds["coaching"].rule == "M1"


def test_what_differs_for_one_kind_leaves_the_kinds_rule() -> None:
    own = load_policy('extends = "mastered"\n[kinds.mentor.values.booking]\nmin_notice = "PT2H"\n')
    assert own.kinds["mentor"].rule == "M1"


# -- where a value comes from ------------------------------------------------------------------------------------------------------


def sources(rules: ResolvedPolicy, parameter: str) -> tuple[Any, Source]:
    return rules.value(parameter), rules.source(parameter)


def test_values_are_resolved_from_kind_contract_plan_policy_and_default_in_this_order() -> None:
    policy = load_policy(
        'extends = "mastered"\n[booking]\nhorizon_periods = 2\n[kinds.mentor.values.booking]\nhorizon_periods = 5\n'
    )
    contract = load_overlay("[booking]\nhorizon_periods = 4\n", policy)
    plan = load_overlay("[booking]\nhorizon_periods = 3\nmin_notice = 'PT1H'\n", policy)
    name = "booking.horizon_periods"
    assert sources(resolve(policy, "mentor", contract=contract, plan=plan), name) == (5, Source.KIND)
    assert sources(resolve(policy, "coaching", contract=contract, plan=plan), name) == (4, Source.CONTRACT)
    assert sources(resolve(policy, "coaching", plan=plan), name) == (3, Source.PLAN)
    assert sources(resolve(policy, "coaching"), name) == (2, Source.POLICY)
    assert sources(resolve(policy, "coaching"), "booking.min_notice") == (timedelta(0), Source.DEFAULT)


def test_a_quantity_is_stated_for_all_kinds_or_by_kind() -> None:
    name = "entitlement.quantity"
    assert sources(resolved("mastered", "coaching"), name) == (1, Source.PRESET)
    one_for_all = load_policy(COMPLETE + "[entitlement]\nquantity = 3\n")
    assert sources(resolve(one_for_all, "session"), name) == (3, Source.POLICY)
    by_kind = load_policy(COMPLETE + "[entitlement.quantity]\n")
    assert sources(resolve(by_kind, "session"), name) == (1, Source.DEFAULT)


def test_a_contract_states_its_table_and_its_tallies_as_a_whole() -> None:
    policy = preset("mento")
    table = toml({"change": {"rules": [dict(row) for row in policy.own.rules or ()][:1]}})
    contract = load_overlay(table, policy)
    assert [row.id for row in resolve(policy, "one_on_one", contract=contract).rows] == [
        "cancel",
        "no-show",
        "coach-no-show",
    ]
    assert resolve(policy, "one_on_one", contract=contract).tallies == policy.tallies
    none = load_overlay("[tallies]\n", policy)
    assert resolve(policy, "one_on_one", contract=none).tallies == {}


def test_reasons_are_resolved_one_by_one_field_by_field() -> None:
    policy = load_policy(
        'extends = "topmate"\n[kinds.call.reasons.COACH_CANCELLED]\nbonus = 1\n[reasons.COACH_CANCELLED]\nfault = "none"\n'
    )
    contract = load_overlay("[reasons.COACH_CANCELLED]\nbonus = 5\ncoach_fee = '10.00'\n", policy)
    terms = resolve(policy, "call", contract=contract).reasons["COACH_CANCELLED"]
    assert (terms.rest, terms.fault, terms.bonus) == (Rest.REFUNDED, Fault.NONE, 1)
    assert terms.coach_fee == Money(minor_units=1000, currency="EUR")


def test_a_kind_that_the_policy_does_not_have_is_not_resolved() -> None:
    with pytest.raises(KeyError):
        resolve(preset("mastered"), "session")


@pytest.mark.parametrize("name", [*PRESETS, "sixth"])
def test_a_resolved_policy_is_its_own_json_and_its_digest(name: str) -> None:
    policy = preset(name)
    for kind in policy.kinds:
        rules = resolve(policy, kind)
        again = ResolvedPolicy.from_json(json.loads(rules.json_text))
        assert again == rules
        assert (again.digest, again.kind, again.values, again.rows) == (
            rules.digest,
            rules.kind,
            rules.values,
            rules.rows,
        )
        assert (again.reasons, again.tallies, again.currency) == (rules.reasons, rules.tallies, rules.currency)
        assert json.loads(rules.json_text)["values"]["conference.provider"]["value"] == rules.value(
            "conference.provider"
        )


def test_what_was_stored_does_not_depend_on_the_order_of_its_names() -> None:
    rules = resolved("mastered", "coaching")
    shuffled = json.loads(rules.json_text, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert ResolvedPolicy.from_json(shuffled).digest == rules.digest


def test_another_value_another_kind_and_another_version_have_other_digests() -> None:
    documents = ['extends = "mastered"', 'extends = "mastered"\n[booking]\nhorizon_periods = 2\n']
    digests = {
        resolve(load_policy(document, version=version), kind).digest
        for document in documents
        for version in (1, 2)
        for kind in ("mentor", "coaching")
    }
    assert len(digests) == 8


def test_a_parameter_that_was_not_known_when_it_was_stored_has_its_default() -> None:
    stored = json.loads(resolved("mastered", "coaching").json_text)
    del stored["values"]["booking.start_grid"]
    again = ResolvedPolicy.from_json(stored)
    assert sources(again, "booking.start_grid") == (timedelta(minutes=15), Source.DEFAULT)


def test_typed_access_to_values() -> None:
    rules = resolved("mastered", "coaching")
    assert rules.integer("booking.horizon_periods") == 1
    assert rules.optional_integer("booking.deadline_day") is None
    assert rules.duration("booking.min_notice") == timedelta(0)
    assert rules.optional_duration("entitlement.bonus_validity") is None
    assert rules.clock("booking.deadline_time").second == 59
    assert rules.flag("booking.self_service")
