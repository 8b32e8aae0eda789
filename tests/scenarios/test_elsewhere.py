"""What presets state that other rooms than the rule book read: whose zone counts, where one meets, who pays fees; each is told by what it leads to."""

from dataclasses import dataclass

import pytest

from policy.presets import PRESETS
from tests.policy.unread import READ_ELSEWHERE
from tests.scenarios.memberships import sponsored
from tests.scenarios.records import read_records
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record
from tests.scenarios.test_across import KINDS

START = "2027-03-15T13:00:00Z"
FEE = 'reasons.CLIENT_NO_SHOW = {fee = "20.00"}\n'
"""No preset has a fee of its own; a contract may state one."""
ROOMS = ("The room is open", "No room of ours", "This session is not online")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The zone of a new membership, what the join link leads to, and who owes the fee of an absence."""

    zone: str
    room: str
    payer: str


OF_SERIES = {"series.rule"}
"""Held by the scenarios of series."""
STATED = {
    name: Seen(
        zone="America/New_York" if name == "mento" else "Europe/Berlin",
        room="No room of ours" if name == "topmate" else "The room is open",
        payer="member",
    )
    for name in PRESETS
}
"""MODEL 3.1 and 3.3; the coach is in New York, the member in Berlin, the organisation in London."""
OTHERS = {
    "entitlement.accounting_zone": ("MEMBER", "COACH", "ORGANISATION"),
    "conference.provider": ("GOOGLE_MEET", "LINK", "NONE"),
    "fee.payer": ("MEMBER", "SPONSOR"),
}
NEIGHBOURS = [(parameter, value) for parameter, values in OTHERS.items() for value in values]


def observed(open_stage: OpenStage, preset: str, more: str = "") -> Seen:
    """What comes of it on this preset, with what differs."""
    stage = open_stage(preset, at="2027-03-01T09:00:00Z")
    if more:
        stage.publish(f'extends = "{preset}"\n{more}')
    stage.coach("Dan", kinds=[KINDS[preset]])
    stage.member("Leo", "Dan", contract=sponsored(stage, document=FEE))
    stage.pack("Leo", KINDS[preset], 1)
    session = stage.booked("Leo", KINDS[preset], "Dan", START)
    stage.at(START)
    text = stage.theatre.client.post(stage.session(session, who="Leo")["joinUrl"]).text
    stage.at("2027-03-15T13:15:00Z")
    record(stage, "Dan", session, absent="MEMBER")
    records = read_records(stage.theatre.owner, stage.organisation_id)
    [charge] = [row for row in records.of("money_entry") if row["kind"] == "CHARGE"]
    return Seen(
        zone=records.one("membership")["accounting_zone"],
        room=next(one for one in ROOMS if one in text),
        payer="member" if charge["contract_id"] is None else "sponsor",
    )


def test_these_are_the_parameters_that_the_neighbours_of_the_rule_book_leave_out() -> None:
    assert set(OTHERS) == READ_ELSEWHERE - OF_SERIES


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_leads_to_what_it_states(open_stage: OpenStage, preset: str) -> None:
    assert observed(open_stage, preset) == STATED[preset]


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_every_other_value_leads_to_something_else(open_stage: OpenStage, preset: str) -> None:
    seen = {one: observed(open_stage, preset, f'{one[0]} = "{one[1]}"\n') for one in NEIGHBOURS}
    for parameter, values in OTHERS.items():
        found = [seen[parameter, value] for value in values]
        assert STATED[preset] in found
        assert len(set(found)) == len(found), parameter
