"""Contracts: what a sponsor agreed on stands between kind and policy, for new bookings and grants of their memberships."""

from datetime import timedelta

import pytest

from commands.add_contract import AddContract, add_contract
from commands.attach_contract import AttachContract, attach_contract
from commands.enrol import EnrolMember, enrol
from commands.outcome import Outcome
from commands.publish_policy import PublishPolicy, publish_policy
from policy.terms import RefusalCode, Role
from tests.commands.operator.house import CALL, House, refusal
from tests.support.platform import done

TWO_CALLS = "[entitlement.quantity]\ncoaching = 2\n"
LATER = "{id = 'later', by = 'MEMBER', action = 'CANCEL', notice = 'PT12H', then = 'DO', reason = 'CLIENT_CANCELLED'}"
EVER = "{id = 'ever', by = 'MEMBER', action = 'CANCEL', then = 'DO', reason = 'CLIENT_CANCELLED'}"
OTHERS = ", ".join(
    f"{{id = '{by}-{action}', by = '{by}', action = '{action}', then = 'REFUSE'}}"
    for by, action in (("MEMBER", "MOVE"), ("COACH", "CANCEL"), ("COACH", "MOVE"))
)
"""Rows of a change table: of a member who cancels late nothing is said, or everything is free."""


def add(house: House, document: str, name: str = "Two calls") -> Outcome:
    return add_contract(
        house.database, house.request(), AddContract(name=name, sponsor="Sponsor Ltd", document=document)
    )


def attach(house: House, member: str, contract: int | None) -> Outcome:
    command = AttachContract(membership_id=house.membership(member), contract_id=contract)
    return attach_contract(house.database, house.request(), command)


def source_of(house: House, session: int, parameter: str) -> tuple[object, str]:
    """The value and its source that a session was booked under."""
    document = house.value(
        "SELECT resolved.document FROM session JOIN resolved_policy AS resolved ON resolved.organisation_id = :organisation "
        "AND resolved.id = session.resolved_policy_id WHERE session.organisation_id = :organisation AND session.id = :session",
        session=session,
    )
    value = document["values"][parameter]
    return value["value"], value["source"]


def test_a_booking_lives_under_the_contract_of_its_membership(house: House) -> None:
    contract = done(add(house, "[booking]\nstart_grid = 'PT5M'\n")).object_id
    done(attach(house, "Leo", contract))
    five_past = CALL + timedelta(minutes=5)
    under = house.platform.booked("Leo", "coaching", "Cora", five_past)
    assert source_of(house, under, "booking.start_grid") == ("PT5M", "CONTRACT")
    refusal(house.platform.book("Maya", "mentor", "Eva", five_past + timedelta(days=1)), RefusalCode.SLOT_UNAVAILABLE)
    assert source_of(house, house.call, "booking.start_grid")[1] != "CONTRACT"


def test_what_was_booked_before_keeps_its_terms(house: House) -> None:
    before = source_of(house, house.call, "booking.start_grid")
    done(attach(house, "Maya", done(add(house, "[booking]\nstart_grid = 'PT5M'\n")).object_id))
    assert source_of(house, house.call, "booking.start_grid") == before


def test_periods_are_granted_by_the_contract(house: House) -> None:
    contract = done(add(house, TWO_CALLS)).object_id
    person = house.platform.person("Kai", Role.MEMBER)
    command = EnrolMember(member_id=person, coach_ids=(house.people["Eva"],), contract_id=contract)
    with house.watch() as seen:
        done(enrol(house.database, house.request(), command))
    units = {row["units"] for row in seen.difference.added("ledger_entry")}
    assert units == {1, 2}
    (membership,) = seen.difference.added("membership")
    assert membership["contract_id"] == contract


def test_a_contract_is_left_again(house: House) -> None:
    contract = done(add(house, "[booking]\nstart_grid = 'PT5M'\n")).object_id
    done(attach(house, "Leo", contract))
    done(attach(house, "Leo", None))
    refusal(house.platform.book("Leo", "coaching", "Cora", CALL + timedelta(minutes=5)), RefusalCode.SLOT_UNAVAILABLE)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("not toml", ("document",)),
        ("[booking]\nno_such_thing = 1\n", ("document", "booking", "no_such_thing")),
        ("[booking]\nstart_grid = 'often'\n", ("document", "booking", "start_grid")),
        ("[entitlement.quantity]\nno_such_kind = 2\n", ("document", "entitlement", "quantity")),
        ("extends = 'thrive'\n", ("document", "extends")),
        (f"[change]\nrules = [{LATER}]\n", ("document", "change", "rules")),
        (f"[change]\nrules = [{EVER}, {LATER}, {OTHERS}]\n", ("document", "change", "rules", "later")),
        ("[reasons.CLIENT_NO_SHOW]\ntake = '1/2'\n", ("document", "reasons", "CLIENT_NO_SHOW", "take")),
        ("[outcome]\nauto_complete_after = 'P1D'\n", ("document", "outcome", "auto_complete_after")),
    ],
)
def test_a_document_that_means_nothing_is_refused_by_name(house: House, document: str, path: tuple[str, ...]) -> None:
    with house.watch() as seen:
        assert refusal(add(house, document), RefusalCode.INVALID_INPUT).path == path
    seen.assert_nothing_happened()


def test_a_change_table_without_a_hole_is_a_contracts_own(house: House) -> None:
    done(add(house, f"[change]\nrules = [{EVER}, {OTHERS}]\n", name="Kind"))


@pytest.mark.parametrize(
    ("name", "sponsor", "path"),
    [("", "S", ("name",)), ("N", "", ("sponsor",)), ("N\x00", "S", ("name",)), ("Frame agreement", "S", ("name",))],
)
def test_a_contract_has_names_and_its_own_one(house: House, name: str, sponsor: str, path: tuple[str, ...]) -> None:
    command = AddContract(name=name, sponsor=sponsor, document="")
    with house.watch() as seen:
        outcome = add_contract(house.database, house.request(), command)
        assert refusal(outcome, RefusalCode.INVALID_INPUT).path == path
    seen.assert_nothing_happened()


def test_an_unknown_contract_is_not_attached(house: House, neighbour: House) -> None:
    person = house.platform.person("Kai", Role.MEMBER)
    with house.watch() as seen:
        for contract in (neighbour.contract, 10**12):
            refusal(attach(house, "Leo", contract), RefusalCode.NOT_FOUND)
            command = EnrolMember(member_id=person, coach_ids=(), contract_id=contract)
            refusal(enrol(house.database, house.request(), command), RefusalCode.NOT_FOUND)
    seen.assert_nothing_happened()


def test_a_policy_that_a_contract_in_use_does_not_fit_is_not_published(house: House) -> None:
    contract = done(add(house, TWO_CALLS)).object_id
    document = 'extends = "thrive"\n'
    done(attach(house, "Leo", contract))
    with house.watch() as seen:
        outcome = publish_policy(house.database, house.request(), PublishPolicy(document=document))
        assert "Two calls" in refusal(outcome, RefusalCode.INVALID_INPUT).message
    seen.assert_nothing_happened()
    done(attach(house, "Leo", None))
    done(publish_policy(house.database, house.request(), PublishPolicy(document=document)))
    refusal(attach(house, "Leo", contract), RefusalCode.INVALID_INPUT)
