"""Who signs in: the issuer's subject first; a verified address links it once; nobody else is let in by an address."""

import threading

import pytest

from commands.link_identity import LinkIdentity, link_identity
from commands.person_of_identity import IdentityClaim, person_of_identity
from commands.transaction import Request
from commands.unlink_identity import UnlinkIdentity, unlink_identity
from models.queries.context import load_context
from policy.terms import RefusalCode, Scope
from tests.commands.operator.house import ISSUER, House, refusal
from tests.support.platform import done


def sign_in(house: House, subject: str, *, email: str | None = None, issuer: str = ISSUER) -> int | None:
    claim = IdentityClaim(issuer=issuer, subject=subject, verified_email=email)
    return person_of_identity(house.database, house.organisation_id, claim)


def test_the_subject_decides_whatever_the_address_says(house: House) -> None:
    with house.watch() as seen:
        assert sign_in(house, "leo-1", email="maya@example.com") == house.people["Leo"]
    seen.assert_nothing_happened()


@pytest.mark.parametrize("email", ["maya@example.com", "MAYA@Example.COM"])
def test_a_verified_address_links_the_subject_on_first_use(house: House, email: str) -> None:
    with house.watch() as seen:
        assert sign_in(house, "maya-1", email=email) == house.people["Maya"]
        assert sign_in(house, "maya-1") == house.people["Maya"]
    assert seen.touched == {"identity", "event", "event_person", "person"}
    (event,) = seen.events
    assert (event["name"], event["actor_kind"]) == ("IDENTITY_LINKED", "SYSTEM")


def test_an_address_that_is_not_verified_opens_nothing(house: House) -> None:
    with house.watch() as seen:
        assert sign_in(house, "maya-1") is None
    seen.assert_nothing_happened()


@pytest.mark.parametrize(
    "email", ["nobody@example.com", "", "maya@example.com\x00", "maya@example.com ", "%@example.com"]
)
def test_an_address_of_nobody_opens_nothing(house: House, email: str) -> None:
    with house.watch() as seen:
        assert sign_in(house, "x-1", email=email) is None
    seen.assert_nothing_happened()


def test_an_address_that_was_given_to_somebody_else_opens_nothing(house: House) -> None:
    """The issuer knows Leo under another subject already: the new owner of the address is not Leo."""
    with house.watch() as seen:
        assert sign_in(house, "leo-2", email="leo@example.com") is None
    seen.assert_nothing_happened()


def test_another_issuer_may_know_the_same_person(house: House) -> None:
    other = "https://other.example.com"
    assert sign_in(house, "leo-1", issuer=other) is None
    assert sign_in(house, "leo-9", issuer=other, email="leo@example.com") == house.people["Leo"]
    assert sign_in(house, "leo-9") is None


def test_another_organisation_knows_nothing_of_it(house: House, neighbour: House) -> None:
    done(link_identity(house.database, house.request(), maya(house, "shared")))
    assert sign_in(house, "shared") == house.people["Maya"]
    assert sign_in(neighbour, "shared") is None


def test_who_was_deactivated_is_not_let_in_by_subject_or_address(house: House) -> None:
    house.deactivate("Leo")
    house.deactivate("Maya")
    with house.watch() as seen:
        assert sign_in(house, "leo-1", email="leo@example.com") is None
        assert sign_in(house, "maya-1", email="maya@example.com") is None
    seen.assert_nothing_happened()
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        assert load_context(unit, house.people["Maya"]) is None


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [("", "s"), (ISSUER, ""), (ISSUER, "s" * 256), ("i" * 501, "s"), (ISSUER, "s\x00"), (ISSUER, "\ud800")],
)
def test_what_cannot_be_an_identity_is_nobodys(house: House, issuer: str, subject: str) -> None:
    with house.watch() as seen:
        assert sign_in(house, subject, issuer=issuer, email="maya@example.com") is None
        command = LinkIdentity(person_id=house.people["Maya"], issuer=issuer, subject=subject)
        refusal(link_identity(house.database, house.request(), command), RefusalCode.INVALID_INPUT)
    seen.assert_nothing_happened()


def test_two_first_sign_ins_at_once_are_one_link(house: House) -> None:
    found: list[int | None] = []
    start = threading.Barrier(4)

    def enter() -> None:
        start.wait()
        found.append(sign_in(house, "maya-1", email="maya@example.com"))

    with house.watch() as seen:
        threads = [threading.Thread(target=enter) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [house.people["Maya"]] * 4
    assert len(seen.events) == len(seen.difference.added("identity")) == 1


# -- by staff ------------------------------------------------------------------------------------------------------------


def maya(house: House, subject: str) -> LinkIdentity:
    return LinkIdentity(person_id=house.people["Maya"], issuer=ISSUER, subject=subject)


def test_an_identity_belongs_to_one_person(house: House) -> None:
    with house.watch() as seen:
        answer = link_identity(house.database, house.request(), maya(house, "leo-1"))
        assert refusal(answer, RefusalCode.INVALID_INPUT).path == ("subject",)
    seen.assert_nothing_happened()


def test_unlinking_lets_nobody_in_by_that_subject(house: House) -> None:
    command = UnlinkIdentity(person_id=house.people["Leo"], issuer=ISSUER, subject="leo-1")
    done(unlink_identity(house.database, house.request(), command))
    assert sign_in(house, "leo-1") is None
    refusal(unlink_identity(house.database, house.request(), command), RefusalCode.NOT_FOUND)


def test_nobody_links_an_identity_to_somebody_above_them(house: House) -> None:
    command = LinkIdentity(person_id=house.people["Sam"], issuer=ISSUER, subject="mine")
    undo = UnlinkIdentity(person_id=house.people["Sam"], issuer=ISSUER, subject="mine")
    with house.watch() as seen:
        refusal(link_identity(house.database, house.request("Staff"), command), RefusalCode.FORBIDDEN)
        refusal(unlink_identity(house.database, house.request("Staff"), undo), RefusalCode.FORBIDDEN)
    seen.assert_nothing_happened()
    done(link_identity(house.database, house.request("Sam"), command))
    key = Request(actor=house.key_actor(*(set(Scope) - {Scope.CLOCK})), now=house.platform.now)
    staff = LinkIdentity(person_id=house.people["Staff"], issuer=ISSUER, subject="key's own")
    refusal(link_identity(house.database, key, staff), RefusalCode.FORBIDDEN)
