"""API keys: shown once, kept as a digest, scoped, revocable; nobody hands out more than they have."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from commands.actor import ALL_SCOPES, Actor
from commands.add_person import AddPerson, add_person
from commands.api_keys import PresentedKey, digest_of, key_text, read_key
from commands.book import BookSession, book
from commands.cancel import CancelSession, cancel
from commands.create_api_key import CreateApiKey, create_api_key
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from commands.issue_token import IssueToken, issue_token
from commands.outcome import Outcome
from commands.revoke_api_key import RevokeApiKey, revoke_api_key
from commands.transaction import Request
from models.queries.identities import load_key_context, touch_key
from models.queries.keyset import Window
from models.queries.views import history_of_sessions
from policy.terms import RefusalCode, Role, Scope
from tests.commands.operator.house import CALL, NOW, House, refusal
from tests.scenarios.records import read_records
from tests.support.platform import done

RANDOM = "r4nd0m-r4nd0m_r4nd0m-r4nd0m_r4nd0m"


def test_a_key_names_its_organisation_and_is_found_by_its_digest() -> None:
    key = key_text(42, RANDOM)
    assert key == f"fnk_42_{RANDOM}"
    assert read_key(key) == PresentedKey(organisation_id=42, digest=digest_of(key))


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "fnk_",
        RANDOM,
        f"fnk_0_{RANDOM}",
        f"fnk_-1_{RANDOM}",
        f"fnk_01_{RANDOM}",
        f"fnk_4a_{RANDOM}",
        f"fnk_٤٢_{RANDOM}",
        f"fnk_42_{RANDOM} ",
        f"fnk_42_{RANDOM}\n",
        f" fnk_42_{RANDOM}",
        f"FNK_42_{RANDOM}",
        f"fnk_42_{RANDOM[:31]}",
        f"fnk_42_{'r' * 129}",
        f"fnk_42_{RANDOM}\x00",
        f"fnk_{'9' * 19}_{RANDOM}",
    ],
)
def test_what_is_no_key_is_read_as_none(presented: str) -> None:
    assert read_key(presented) is None


@pytest.mark.parametrize("random", ["", "short", "r" * 31, "with blank " * 4, "ü" * 40, "r" * 129])
def test_too_little_randomness_makes_no_key(random: str) -> None:
    with pytest.raises(ValueError, match="randomness"):
        key_text(42, random)


def create(house: House, request: Request, *scopes: Scope, random: str = RANDOM) -> Outcome:
    command = CreateApiKey(name="Back end", scopes=frozenset(scopes))
    return create_api_key(house.database, request, command, key=key_text(house.organisation_id, random))


def test_the_secret_is_kept_nowhere(house: House) -> None:
    done(create(house, house.request(key="k"), Scope.READ))
    records = read_records(house.owner, house.organisation_id)
    assert RANDOM not in repr(records)
    assert digest_of(key_text(house.organisation_id, RANDOM)) in repr(records.of("api_key"))


def test_said_again_the_first_secret_counts(house: House) -> None:
    request = house.request(key="k")
    first = done(create(house, request, Scope.READ))
    assert done(create(house, request, Scope.READ, random="s" * 43)) == first
    assert house.keys()[-1].digest == digest_of(key_text(house.organisation_id, RANDOM))


def test_a_key_opens_its_own_organisation_until_it_is_revoked(house: House, neighbour: House) -> None:
    key_id = done(create(house, house.request(), Scope.READ, Scope.POLICY)).object_id
    digest = digest_of(key_text(house.organisation_id, RANDOM))
    with neighbour.database.unit(neighbour.organisation_id, read_only=True) as unit:
        assert load_key_context(unit, digest) is None
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        context = load_key_context(unit, digest)
    assert context is not None
    assert (context.api_key_id, context.scopes) == (key_id, frozenset({Scope.READ, Scope.POLICY}))
    assert (context.now, context.organisation_name, context.is_sandbox) == (NOW, "The Platform", True)
    done(revoke_api_key(house.database, house.request(), RevokeApiKey(api_key_id=key_id)))
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        assert load_key_context(unit, digest) is None


def test_a_key_is_revoked_once(house: House) -> None:
    command = RevokeApiKey(api_key_id=house.api_key)
    done(revoke_api_key(house.database, house.request(), command))
    with house.watch() as seen:
        refusal(revoke_api_key(house.database, house.request(), command), RefusalCode.WRONG_STATE)
        refusal(revoke_api_key(house.database, house.request(), RevokeApiKey(api_key_id=10**12)), RefusalCode.NOT_FOUND)
    seen.assert_nothing_happened()


def test_its_last_use_is_written_once_a_minute(house: House) -> None:
    used: list[object] = []
    for seconds in (0, 59, 61):
        with house.database.unit(house.organisation_id) as unit:
            touch_key(unit, house.api_key, now=NOW + timedelta(seconds=seconds))
        used.append(house.value("SELECT last_used_at FROM api_key WHERE id = :key", key=house.api_key))
    assert used == [NOW, NOW, NOW + timedelta(seconds=61)]


@pytest.mark.parametrize("name", ["", "   ", "n" * 201, "a\x00b", "a\ud800b", "a\nb"])
def test_a_key_needs_a_name_that_can_be_shown(house: House, name: str) -> None:
    command = CreateApiKey(name=name, scopes=frozenset({Scope.READ}))
    outcome = create_api_key(house.database, house.request(), command, key=key_text(house.organisation_id, RANDOM))
    assert refusal(outcome, RefusalCode.INVALID_INPUT).path == ("name",)


def test_a_key_without_scopes_is_none(house: House) -> None:
    assert refusal(create(house, house.request()), RefusalCode.INVALID_INPUT).path == ("scopes",)


def acting(house: House, actor: Actor) -> Request:
    return Request(actor=actor, now=house.platform.now)


def test_a_key_hands_out_no_more_than_it_has(house: House) -> None:
    actor = house.key_actor(Scope.KEYS, Scope.READ)
    done(create(house, acting(house, actor), Scope.READ))
    with house.watch() as seen:
        refusal(create(house, acting(house, actor), Scope.READ, Scope.TOKENS), RefusalCode.FORBIDDEN)
    seen.assert_nothing_happened()


def test_every_scope_at_once_is_senior_staffs_to_give(house: House) -> None:
    refusal(create(house, house.request("Staff"), *Scope), RefusalCode.FORBIDDEN)
    done(create(house, house.request("Staff"), *(ALL_SCOPES - {Scope.KEYS}), random="a" * 43))
    done(create(house, house.request("Sam"), *Scope, random="b" * 43))
    done(create(house, acting(house, house.key_actor(*Scope)), *Scope, random="c" * 43))


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("Sam", Role.SENIOR_STAFF, True),
        ("Sam", Role.STAFF, True),
        ("Staff", Role.STAFF, True),
        ("Staff", Role.SENIOR_STAFF, False),
        ("people key", Role.MEMBER, True),
        ("people key", Role.STAFF, False),
        ("full key", Role.SENIOR_STAFF, True),
    ],
)
def test_nobody_makes_somebody_above_themselves(house: House, who: str, role: Role, *, allowed: bool) -> None:
    scopes = {"people key": (Scope.PEOPLE,), "full key": tuple(Scope)}
    request = acting(house, house.key_actor(*scopes[who])) if who in scopes else house.request(who)
    command = AddPerson(name="Nora", email="nora@example.com", zone="America/New_York", roles=(role,))
    with house.watch() as seen:
        outcome = add_person(house.database, request, command)
    if allowed:
        done(outcome)
    else:
        refusal(outcome, RefusalCode.FORBIDDEN)
        seen.assert_nothing_happened()


# -- what keys do with sessions ------------------------------------------------------------------------------------------


def test_a_key_books_and_cancels_as_staff_within_its_scope(house: House) -> None:
    actor = house.key_actor(Scope.BOOKINGS)
    wish = BookSession(
        kind_id=house.platform.kinds["mentor"],
        coach_id=house.people["Eva"],
        member_id=house.people["Maya"],
        starts_at=CALL + timedelta(days=1),
        note="Asked for by phone.",
    )
    with house.watch() as seen:
        booked = done(book(house.database, acting(house, actor), wish)).object_id
        done(cancel(house.database, acting(house, actor), CancelSession(session_id=booked, note="By phone.")))
    assert {(event["actor_kind"], event["api_key_id"]) for event in seen.events} == {("STAFF", actor.api_key_id)}


def test_a_key_that_only_reads_sees_a_session_and_may_not_touch_it(house: House) -> None:
    command = CancelSession(session_id=house.call, note="By phone.")
    with house.watch() as seen:
        reading = house.key_actor(Scope.READ)
        refusal(cancel(house.database, acting(house, reading), command), RefusalCode.FORBIDDEN)
        blind = house.key_actor(Scope.POLICY)
        refusal(cancel(house.database, acting(house, blind), command), RefusalCode.NOT_FOUND)
    assert "session" not in seen.touched


# -- tokens --------------------------------------------------------------------------------------------------------------


def issue(house: House, actor: Actor, who: str, seconds: float = 600) -> Outcome:
    command = IssueToken(person_id=house.people[who], lifetime=timedelta(seconds=seconds))
    return issue_token(house.database, acting(house, actor), command)


def test_a_token_is_issued_by_a_key_and_each_one_is_in_the_log(house: House) -> None:
    actor = house.key_actor(Scope.TOKENS)
    with house.watch() as seen:
        assert done(issue(house, actor, "Maya")).object_id == house.people["Maya"]
        done(issue(house, actor, "Maya"))
    assert seen.touched == {"event"}
    assert [(one["name"], one["api_key_id"]) for one in seen.events] == [("TOKEN_ISSUED", actor.api_key_id)] * 2


@pytest.mark.parametrize(
    ("seconds", "allowed"), [(0, False), (-1, False), (1, True), (3600, True), (3600.000001, False)]
)
def test_a_token_lives_from_a_second_to_an_hour(house: House, seconds: float, *, allowed: bool) -> None:
    outcome = issue(house, house.key_actor(Scope.TOKENS), "Maya", seconds)
    if allowed:
        done(outcome)
    else:
        assert refusal(outcome, RefusalCode.INVALID_INPUT).path == ("lifetime",)


def test_people_issue_no_tokens_not_even_senior_staff(house: House) -> None:
    with house.watch() as seen:
        refusal(issue(house, house.platform.actor("Sam"), "Maya"), RefusalCode.FORBIDDEN)
        refusal(issue(house, house.key_actor(*(ALL_SCOPES - {Scope.TOKENS})), "Maya"), RefusalCode.FORBIDDEN)
    assert "TOKEN_ISSUED" not in [event["name"] for event in seen.events]


def test_tokens_of_the_team_need_every_scope(house: House) -> None:
    some = house.key_actor(*(ALL_SCOPES - {Scope.CLOCK}))
    refusal(issue(house, some, "Staff"), RefusalCode.FORBIDDEN)
    refusal(issue(house, some, "Sam"), RefusalCode.FORBIDDEN)
    done(issue(house, house.key_actor(*Scope), "Sam"))


def test_no_token_for_strangers_or_for_who_was_deactivated(house: House, neighbour: House) -> None:
    actor = house.key_actor(Scope.TOKENS)
    house.deactivate("Maya")
    refusal(issue(house, actor, "Maya"), RefusalCode.NOT_FOUND)
    refusal(issue(neighbour, actor, "Leo"), RefusalCode.NOT_FOUND)


# -- the first key -------------------------------------------------------------------------------------------------------


def test_a_new_organisation_has_one_key_of_every_scope(house: House) -> None:
    command = CreateOrganisation(
        name="New",
        zone="Europe/London",
        preset="thrive",
        staff_name="Sam",
        staff_email="sam@example.com",
        key_random=RANDOM,
    )
    created = create_organisation(house.database, command)
    assert isinstance(created, Created)
    assert created.key == key_text(created.organisation_id, RANDOM)
    assert RANDOM not in repr(created) + repr(command)
    with house.database.unit(created.organisation_id, read_only=True) as unit:
        context = load_key_context(unit, digest_of(key_text(created.organisation_id, RANDOM)))
        assert unit.connection.execute(text("SELECT count(*) FROM api_key")).scalar_one() == 1
    assert context is not None
    assert context.scopes == ALL_SCOPES


def test_the_history_of_a_call_names_the_key(house: House) -> None:
    actor = house.key_actor(Scope.BOOKINGS)
    done(cancel(house.database, acting(house, actor), CancelSession(session_id=house.call, note="By phone.")))
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        pages = history_of_sessions(unit, [house.call], Window(limit=10))
    assert [(row.actor_kind, row.actor_name) for row in pages[house.call].rows] == [
        ("MEMBER", "Maya"),
        ("STAFF", "A key"),
    ]
