"""What is wrong with a document is named by its place; and whatever is written is a policy or such an error."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.document import Overlay, Policy, PolicyError, ResolvedPolicy, load_overlay, load_policy, resolve
from policy.parameters import PARAMETERS
from policy.terms import (
    RefusalCode,
)
from tests.policy.cast import preset, resolved
from tests.policy.neighbours import toml
from tests.policy.test_document import COMPLETE, one_row

# -- what is wrong is named --------------------------------------------------------------------------------------------------------

MASTERED = 'extends = "mastered"\n'


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("name = ", ""),
        ("x = " + "[" * 3000, ""),
        ("# " + "x" * 100_000, ""),
        ('extends = "mastered"\nextends = "mento"', ""),
        ('extends = "base"', "extends"),
        ('extends = "own"', "extends"),
        ("extends = 1", "extends"),
        ('name = "X"', "kinds"),
        ('name = "X"\n[kinds]\n', "kinds"),
        ('name = "X"\nkinds = 1', "kinds"),
        ('name = "X"\n[kinds]\na = {name = "A", duration = "PT1H", units = 1, pay = 1}', "change.rules"),
        (COMPLETE.replace('name = "Own"', ""), "name"),
        (MASTERED + 'name = ""', "name"),
        (MASTERED + "name = 2027-03-01", "name"),
        (MASTERED + "unknown = 1", "unknown"),
        (MASTERED + 'currency = "euro"', "currency"),
        (MASTERED + 'currency = "EURO"', "currency"),
        (MASTERED + "booking = 1", "booking"),
        (MASTERED + "[booking]\nhorizont = 1", "booking.horizont"),
        (MASTERED + "[booking]\nhorizon_periods = -1", "booking.horizon_periods"),
        (MASTERED + "[booking]\nhorizon_periods = 1.5", "booking.horizon_periods"),
        (MASTERED + '[entitlement]\nquantity = {mentor = "two"}', "entitlement.quantity"),
        (MASTERED + "[entitlement]\nquantity = {session = 2}", "entitlement.quantity"),
        (MASTERED + '[entitlement]\nquantity = "two"', "entitlement.quantity"),
        (MASTERED + "[case]\non_timeout = 'FORGET'", "case.on_timeout"),
        (MASTERED + "[case]\non_timeout = 'HELD'", "case.on_timeout"),
        (MASTERED + "[case]\non_offer_lapse = 'ESCALATE'", "case.on_offer_lapse"),
        (MASTERED + "[cites]\nbooking = {horizont = 'M1'}", "cites.booking.horizont"),
        (MASTERED + "[cites]\nbooking = {horizon = 1}", "cites.booking.horizon"),
        (MASTERED + "[cites]\nbooking = 'M1'", "cites.booking"),
        (MASTERED + "[change]\nrules = 1", "change.rules"),
        (MASTERED + "[change]\nrules = [1]", "change.rules.0"),
        (MASTERED + "[change]\nrules = [{}]", "change.rules.0.id"),
        (MASTERED + "[change]\nrules = [" + "{}," * 61 + "]", "change.rules"),
        (one_row(id=""), "change.rules.0.id"),
        (one_row(id="started"), "change.rules.started.id"),
        (one_row(by="STAFF"), "change.rules.only.by"),
        (one_row(action="BOOK"), "change.rules.only.action"),
        (one_row(then="MAYBE"), "change.rules.only.then"),
        (one_row(then="CANCEL"), "change.rules.only.then"),
        (one_row(then="OFFER", action="MOVE", reason="CLIENT_MOVED"), "change.rules.only.then"),
        (one_row(then="OFFER", by="COACH"), "change.rules.only.then"),
        (one_row(then="DECIDE", action="MOVE", reason=None), "change.rules.only.then"),
        (one_row(then="ASK", action="MISS"), "change.rules.only.then"),
        (one_row(then="REFUSE", action="MISS", reason=None), "change.rules.only.then"),
        (one_row(reason=None), "change.rules.only.reason"),
        (one_row(then="REFUSE"), "change.rules.only.reason"),
        (one_row(then="DECIDE"), "change.rules.only.reason"),
        (one_row(reason="UNKNOWN"), "change.rules.only.reason"),
        (one_row(reason="CLIENT_MOVED"), "change.rules.only.reason"),
        (one_row(reason="HELD"), "change.rules.only.reason"),
        (one_row(action="MOVE"), "change.rules.only.reason"),
        (one_row(action="MOVE", then="CANCEL", reason="CLIENT_MOVED"), "change.rules.only.reason"),
        (one_row(then="DECIDE", reason=None, on_silence="CLIENT_MOVED"), "change.rules.only.on_silence"),
        (one_row(then="DECIDE", reason=None, on_silence="UNKNOWN"), "change.rules.only.on_silence"),
        (one_row(code="NO_CREDIT"), "change.rules.only.code"),
        (one_row(then="REFUSE", reason=None, code="INVALID_INPUT"), "change.rules.only.code"),
        (one_row(then="REFUSE", reason=None, code="WHY"), "change.rules.only.code"),
        (one_row(asks="STAFF"), "change.rules.only.asks"),
        (one_row(answer_within="P1D"), "change.rules.only.answer_within"),
        (one_row(decided_by="COACH"), "change.rules.only.decided_by"),
        (one_row(decide_within="P1D"), "change.rules.only.decide_within"),
        (one_row(on_silence="OTHER"), "change.rules.only.on_silence"),
        (one_row(notice="soon"), "change.rules.only.notice"),
        (one_row(notice=24), "change.rules.only.notice"),
        (one_row(kinds=[]), "change.rules.only.kinds"),
        (one_row(kinds=["session"]), "change.rules.only.kinds"),
        (one_row(to="P1D"), "change.rules.only.to"),
        (one_row(below={"often": 1}), "change.rules.only.below"),
        (one_row(below={"often": 0}), "change.rules.only.below"),
        (one_row(action="MISS", reason="OTHER", notice="PT1H"), "change.rules.only.notice"),
        (one_row(action="MISS", reason="OTHER", booked_within="PT1H"), "change.rules.only.booked_within"),
        (one_row(action="MISS", reason="OTHER", claim="X"), "change.rules.only.claim"),
        (one_row(action="MISS", reason="OTHER", to="P1D"), "change.rules.only.to"),
        (one_row(unknown=1), "change.rules.only.unknown"),
        (
            MASTERED + toml({"change": {"rules": [tomllib.loads(one_row())["change"]["rules"][0]] * 2}}),
            "change.rules.only.id",
        ),
        (MASTERED + "reasons = 1", "reasons"),
        (MASTERED + "[reasons]\nOTHER = 1", "reasons.OTHER"),
        (MASTERED + "[reasons]\nOWN = {}", "reasons.OWN.use"),
        (MASTERED + "[reasons]\nOTHER = {use = 'moved'}", "reasons.OTHER.use"),
        (MASTERED + "[reasons]\nOTHER = {take = '3/2'}", "reasons.OTHER.take"),
        (MASTERED + "[reasons]\nOTHER = {take = -1}", "reasons.OTHER.take"),
        (MASTERED + "[reasons]\nOTHER = {fee = '-1.00'}", "reasons.OTHER.fee"),
        (MASTERED + "[reasons]\nOTHER = {fee = 1.5}", "reasons.OTHER.fee"),
        (MASTERED + "[reasons]\nOTHER = {pay = 'ALWAYS'}", "reasons.OTHER.pay"),
        (MASTERED + "[reasons]\nOTHER = {stated_by = ['SYSTEM']}", "reasons.OTHER.stated_by"),
        (MASTERED + "[reasons]\nOTHER = {bonus = -1}", "reasons.OTHER.bonus"),
        (MASTERED + "[reasons]\nOTHER = {costs = 1}", "reasons.OTHER.costs"),
        (MASTERED + "[reasons]\nCLIENT_MOVED = {take = 1}", "reasons.CLIENT_MOVED.take"),
        (MASTERED + "[reasons]\nCLIENT_MOVED = {pay = 1}", "reasons.CLIENT_MOVED.pay"),
        (MASTERED + "[reasons]\n" + "".join(f"R{n} = {{}}\n" for n in range(101)), "reasons"),
        (MASTERED + "[kinds]\n'a-b' = {name = 'A', duration = 'PT1H', units = 1, pay = 1}", "kinds.a-b"),
        (MASTERED + "[kinds.mentor]\nduration = 'PT0S'", "kinds.mentor.duration"),
        (MASTERED + "[kinds.mentor]\nduration = 'PT90S'", "kinds.mentor.duration"),
        (MASTERED + "[kinds.mentor]\nduration = 'P2D'", "kinds.mentor.duration"),
        (MASTERED + "[kinds.mentor]\nunits = -1", "kinds.mentor.units"),
        (MASTERED + "[kinds.mentor]\ncolour = 'red'", "kinds.mentor.colour"),
        (MASTERED + "[kinds.own]\nname = 'Own'", "kinds.own.duration"),
        (MASTERED + "[kinds.mentor.values.booking]\nhorizont = 1", "kinds.mentor.values.booking.horizont"),
        (MASTERED + "[kinds.mentor.values.booking]\nhorizon = 1", "kinds.mentor.values.booking.horizon"),
        (MASTERED + "[kinds.mentor.values.case]\non_timeout = 'FORGET'", "kinds.mentor.values.case.on_timeout"),
        (MASTERED + "[kinds.mentor.reasons]\nOTHER = {take = 2}", "kinds.mentor.reasons.OTHER.take"),
        (MASTERED + "[kinds.mentor]\nreasons = 1", "kinds.mentor.reasons"),
        (MASTERED + "[reasons.DUPLICATE_RESOLVED]\ntake = 1", "reasons.DUPLICATE_RESOLVED"),
        (
            MASTERED + "[kinds.mentor.reasons.DUPLICATE_RESOLVED]\nfee = '5.00'",
            "kinds.mentor.reasons.DUPLICATE_RESOLVED",
        ),
        (MASTERED + "[tallies]\nt = {}", "tallies.t.of"),
        (MASTERED + "[tallies]\nt = {of = 'PAIR', counts = {UNKNOWN = 1}, window = 'ALL'}", "tallies.t.counts"),
        (MASTERED + "[tallies]\nt = {of = 'PAIR', counts = {OTHER = 1}, window = 'YEAR'}", "tallies.t.window"),
        (MASTERED + "[tallies]\nt = {of = 'PAIR', counts = {OTHER = 1}, window = 'ALL', x = 1}", "tallies.t.x"),
    ],
)
def test_an_error_leads_to_what_is_wrong(document: str, path: str) -> None:
    with pytest.raises(PolicyError) as fault:
        load_policy(document)
    assert ".".join(fault.value.path) == path


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ({"then": ["WARN"]}, ""),
        ({"then": ["WARN"], "at": 1, "every": 1}, ""),
        ({"then": ["CHARGE"], "at": 1}, ".amount"),
        ({"then": ["WARN"], "at": 1, "amount": "1.00"}, ".amount"),
        ({"then": ["SHOUT"], "at": 1}, ".then"),
        ({"then": ["BLOCK"], "at": 1, "for": "LONG"}, ".for"),
        ({"then": ["BLOCK"], "at": 1, "for": "STAFF", "kinds": ["session"]}, ".kinds"),
        ({"then": ["WARN"], "at": 1, "kinds": ["coaching"]}, ".kinds"),
        ({"then": ["BLOCK"], "at": 1}, ".for"),
        ({"then": ["TASK"], "at": 1, "for": "P14D"}, ".for"),
        ({"then": ["BLOCK"], "at": 0}, ".at"),
        ({"then": ["BLOCK"], "at": 1, "loud": True}, ".loud"),
    ],
)
def test_an_error_in_a_step_leads_to_it(step: dict[str, Any], path: str) -> None:
    tally = {"of": "MEMBER", "counts": {"OTHER": 1}, "window": "ALL", "steps": [step]}
    with pytest.raises(PolicyError) as fault:
        load_policy(MASTERED + toml({"tallies": {"t": tally}}))
    assert ".".join(fault.value.path) == "tallies.t.steps.0" + path


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("kinds = {}", "kinds"),
        ("[booking]\nhorizont = 1", "booking.horizont"),
        ("[booking]\nhorizon_periods = -1", "booking.horizon_periods"),
        ("[reasons.OTHER]\ntake = 2", "reasons.OTHER.take"),
        ("[change]\nrules = [{}]", "change.rules.0.id"),
    ],
)
def test_an_error_in_a_contract_leads_to_what_is_wrong(document: str, path: str) -> None:
    with pytest.raises(PolicyError) as fault:
        load_overlay(document, preset("mastered"))
    assert ".".join(fault.value.path) == path


def test_what_was_stored_and_is_no_policy_is_an_error() -> None:
    stored = json.loads(resolved("mastered", "coaching").json_text)
    with pytest.raises(PolicyError):
        ResolvedPolicy.from_json({**stored, "rows": 1})
    with pytest.raises(PolicyError):
        ResolvedPolicy.from_json({**stored, "more": 1})


RAW = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.sampled_from(["PT1H", "NONE", "1/2", "", "DO", "MEMBER", "\u0000"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "by", "use", "take", "values", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = [tuple(name.split(".")) for name in PARAMETERS] + [
    ("change", "rules"),
    ("reasons",),
    ("reasons", "OTHER"),
    ("reasons", "OTHER", "take"),
    ("reasons", "OTHER", "stated_by"),
    ("kinds",),
    ("kinds", "mentor"),
    ("kinds", "mentor", "values"),
    ("kinds", "mentor", "reasons"),
    ("tallies",),
    ("tallies", "t"),
    ("cites",),
    ("currency",),
    ("name",),
]


def toml_value(raw: Any) -> Any:
    """TOML has no null: none is left out."""
    if isinstance(raw, dict):
        return {name: toml_value(value) for name, value in raw.items() if value is not None}
    return [toml_value(one) for one in raw if one is not None] if isinstance(raw, list) else raw


@given(place=st.sampled_from(PLACES), raw=RAW.filter(lambda one: one is not None))
def test_whatever_stands_anywhere_a_document_is_a_policy_or_an_error_with_a_path(
    place: tuple[str, ...], raw: Any
) -> None:
    value = toml_value(raw)
    for name in reversed(place):
        value = {name: value}
    policy = loaded(MASTERED + toml(value))
    if isinstance(policy, PolicyError):
        assert policy.path[0] == place[0]
        return
    for kind in policy.kinds:
        assert ResolvedPolicy.from_json(json.loads(resolve(policy, kind).json_text)).name == policy.name


def loaded(document: str) -> Policy | PolicyError:
    try:
        return load_policy(document)
    except PolicyError as fault:
        return fault


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_policy_or_an_error(text: str) -> None:
    with pytest.raises(PolicyError):
        load_policy(text)


def test_an_overlay_that_states_nothing_changes_nothing() -> None:
    policy = preset("mastered")
    assert resolve(policy, "coaching", contract=Overlay(), plan=Overlay()) == resolve(policy, "coaching")


def test_refusal_codes_of_rows_are_read() -> None:
    assert preset("mastered").rows[3].code is RefusalCode.OUT_OF_PERIOD
    assert preset("mento").rows[3].code is RefusalCode.NOTICE_TOO_SHORT
