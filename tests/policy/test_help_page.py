"""A policy in sentences, each with the rule behind it."""

import pytest

from policy.help_page import parameter_sentences, reason_sentences, row_sentences
from policy.parameters import PARAMETERS
from policy.presets import PRESETS
from policy.resolved import ResolvedPolicy
from tests.policy.cast import preset, resolved
from tests.policy.test_change_table import table


@pytest.mark.parametrize("name", [*PRESETS, "sixth"])
def test_every_parameter_row_and_reason_appears(name: str) -> None:
    for kind in preset(name).kinds:
        rules = resolved(name, kind)
        assert len(parameter_sentences(rules)) == len(PARAMETERS)
        assert len(row_sentences(rules)) == len(rules.rows)
        assert [one.split(":")[0] for one in reason_sentences(rules)] == list(rules.reasons)
        sentences = (*parameter_sentences(rules), *row_sentences(rules), *reason_sentences(rules))
        assert all(one.endswith(".") and "\n" not in one and ".." not in one for one in sentences)


def test_a_parameter_says_its_value_and_where_it_comes_from() -> None:
    said = parameter_sentences(
        resolved("mastered", "coaching", "[kinds.coaching.values.booking]\nmin_notice = 'PT2H'\n")
    )
    assert "What a member's right to sessions rests on: fixed (M1)." in said
    assert "Further periods that are open for booking: 1." in said
    assert "Starts lie on its wall-clock multiples in the coach's zone: 15 min (unless stated otherwise)." in said
    assert "Least time between a booking and its start: 2 h (for this kind)." in said


def test_the_table_of_mastered_in_sentences() -> None:
    assert row_sentences(resolved("mastered", "coaching")) == (
        "The member cancels, until 48 h before: done at once, by CLIENT_CANCELLED (M4).",
        "The member cancels, in every other case: done at once, by CLIENT_CANCELLED_LATE (M8).",
        "The member moves the session, until 48 h before, to a start in the same period: done at once, by CLIENT_MOVED (M4).",
        "The member moves the session, until 48 h before: refused, OUT_OF_PERIOD (D-43).",
        "The member moves the session, in every other case: not moved but cancelled, by CLIENT_CANCELLED_LATE (M7).",
        "The coach cancels, in every other case: done at once, by COACH_CANCELLED (D-22).",
        "The coach moves the session, in every other case: done at once, by COACH_MOVED (D-36).",
        "The member does not come, in every other case: done at once, by CLIENT_NO_SHOW (M15).",
        "The coach does not come, in every other case: done at once, by COACH_MISSED (D-22).",
    )


def rows(rules: ResolvedPolicy) -> str:
    return row_sentences(rules)[0]


def test_every_condition_and_every_answer_has_its_words() -> None:
    tallies = 'tallies.often = {of = "MEMBER", counts = {OTHER = 1}, window = "ALL"}\n'
    everything = table(
        {
            "id": "all",
            "kinds": ["mentor", "coaching"],
            "booked_within": "PT1H",
            "moved_inside": "PT24H",
            "claim": "EMERGENCY",
            "below": {"often": 2},
            "action": "MOVE",
            "reason": "CLIENT_MOVED",
            "to": "P7D",
        },
        more=tallies,
    )
    assert rows(everything) == (
        "The member moves the session, for coaching, mentor, within 1 h of the booking, after a move with less than 24 h of notice, "
        "claiming EMERGENCY, to a start at most 168 h later, with often below 2: done at once, by CLIENT_MOVED."
    )
    assert rows(table({"id": "a", "then": "ASK"})).endswith(": the other side is asked, by CLIENT_CANCELLED.")
    assert rows(table({"id": "a", "then": "ASK", "asks": "STAFF"})).endswith(
        ": the team is asked, by CLIENT_CANCELLED."
    )
    assert "the member chooses a new time, by COACH_MOVED (T2)" in row_sentences(resolved("topmate"))[3]
    assert row_sentences(resolved("aceup"))[1] == (
        "The member cancels, claiming EMERGENCY: done at once, and the coach states the reason afterwards (A6)."
    )


def test_reasons_say_what_they_cost_whom() -> None:
    said = dict(one.split(": ", 1) for one in reason_sentences(resolved("sixth")))
    assert (
        said["CLIENT_NO_SHOW"] == "the session counts as used; a fee of 20.00 EUR; the coach is paid the session fee."
    )
    assert said["CANCELLED_HALF"] == (
        "1/2 of the session counts as used, the rest can be used again; the coach is paid 1/2 of the session fee."
    )
    assert said["COACH_CANCELLED_LATE"] == (
        "the session is given back; the coach is not paid; the member gets 2 units as a bonus."
    )
    assert said["CLIENT_MOVED"] == "the credit stays with the session; the coach is not paid (D-56)."
    assert said["BOOKED_WRONG_TIME"] == "the session counts as used; the coach's pay stays as it was (D-16)."
    assert said["PLATFORM_FAILURE"] == "the session is given back; the coach is paid if present (D-16)."
    assert said["HELD"] == "the session counts as used; the coach is paid the session fee (D-21)."
    more = "[reasons]\nCOACH_CANCELLED = {coach_fee = '1/2'}\n"
    owes = dict(one.split(": ", 1) for one in reason_sentences(resolved("topmate", "call", more)))
    assert owes["COACH_CANCELLED"] == (
        "the session is refunded; the coach is not paid; the coach owes 1/2 of the session fee."
    )
