"""Changing people: the effect is shown first, must come back as its digest, and cancels nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.book import BookSession, book
from commands.deactivate_person import DeactivatePerson, check_deactivate_person, deactivate_person
from commands.openings import FindOpenings, openings
from commands.outcome import Outcome, Refused
from commands.person_effect import PersonCheck, PersonEffectKind
from commands.reactivate_person import ReactivatePerson, check_reactivate_person, reactivate_person
from commands.reschedule import RescheduleSession, reschedule
from commands.update_person import UpdatePerson, check_update_person, update_person
from models.queries.feed import feed_head
from policy.terms import RefusalCode, Role, Scope
from tests.commands.operator.house import BOOKKEEPING, CALL, House, refusal
from tests.support.platform import done

K = PersonEffectKind


def shown(house: House, command: UpdatePerson, who: str = "Sam") -> PersonCheck:
    return house.read(check_update_person, house.platform.actor(who), command)


def update(house: House, command: UpdatePerson, who: str = "Sam") -> Outcome:
    return update_person(house.database, house.request(who), command)


def acknowledged(house: House, command: UpdatePerson) -> UpdatePerson:
    """The command with the digest of the effect that its twin shows."""
    check = shown(house, command)
    assert check.effect is not None, check
    return replace(command, acknowledge=check.effect.digest)


# -- what follows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "change", "kinds", "names_sessions"),
    [
        ("Maya", {"name": "Maya M."}, (), False),
        ("Maya", {"zone": "Europe/Paris"}, (K.TIMES_SHOWN_ELSEWHERE,), True),
        ("Leo", {"zone": "Europe/Paris"}, (), False),
        ("Eva", {"zone": "Europe/Paris"}, (K.TIMES_SHOWN_ELSEWHERE, K.START_GRID_MOVES), True),
        ("Cora", {"zone": "Europe/Paris"}, (K.START_GRID_MOVES,), False),
        ("Leo", {"email": "new@example.com"}, (K.MAIL_GOES_ELSEWHERE, K.SIGN_IN_ADDRESS_CHANGES), False),
        ("Maya", {"email": "new@example.com"}, (K.MAIL_GOES_ELSEWHERE, K.SIGN_IN_ADDRESS_CHANGES), True),
        ("Leo", {"roles": frozenset({Role.MEMBER, Role.STAFF})}, (K.TEAM_RIGHTS_CHANGE,), False),
        ("Staff", {"roles": frozenset({Role.STAFF, Role.MEMBER})}, (), False),
        ("Maya", {"zone": "Europe/London", "email": "maya@example.com", "name": "Maya"}, (), False),
    ],
)
def test_the_twin_shows_what_stops_or_moves(
    house: House, who: str, change: dict[str, object], kinds: tuple[K, ...], *, names_sessions: bool
) -> None:
    command = UpdatePerson(person_id=house.people[who], **change)  # pyright: ignore[reportArgumentType]
    check = shown(house, command)
    assert check.allowed
    assert check.effect is not None
    assert check.effect.kinds == kinds
    assert check.effect.sessions == ((house.call,) if names_sessions else ())
    assert (check.effect.summary == "") == (kinds == ())
    assert ("1 session stands" in check.effect.summary) == names_sessions


DAY_LIMIT = """
extends = "mastered"
[change]
limit_zone = "{side}"
rules = [
  {{id = "cancel", by = "MEMBER", action = "CANCEL", notice = "1d 20:00", then = "DO", reason = "CLIENT_CANCELLED"}},
  {{id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"}},
  {{id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"}},
  {{id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"}},
  {{id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"}},
]
"""


@pytest.mark.parametrize(("side", "moved"), [("COACH", "Eva"), ("MEMBER", "Leo")])
def test_a_zone_in_which_limits_by_time_of_day_are_read_moves_them(house: House, side: str, moved: str) -> None:
    house.platform.publish(DAY_LIMIT.format(side=side))
    cora = "Cora"
    booked = house.platform.booked("Leo", "coaching", cora, CALL)
    coach_or_member = {"Eva": cora, "Leo": "Leo"}[moved]
    for who in ("Leo", cora):
        check = shown(house, UpdatePerson(person_id=house.people[who], zone="Asia/Tokyo"))
        assert check.effect is not None
        assert check.effect.sessions == (booked,)
        assert (K.DAY_LIMITS_MOVE in check.effect.kinds) == (who == coach_or_member)


def test_without_its_digest_an_effect_does_not_happen(house: House) -> None:
    command = UpdatePerson(person_id=house.people["Maya"], zone="Europe/Paris")
    effect = acknowledged(house, command)
    with house.watch() as seen:
        missing = refusal(update(house, command), RefusalCode.LATE_CHANGE_NEEDS_ACK)
        wrong = refusal(update(house, replace(command, acknowledge="0" * 64)), RefusalCode.CONSEQUENCE_CHANGED)
    seen.assert_nothing_happened()
    assert missing.effect is not None
    assert missing.effect == wrong.effect
    assert missing.effect.digest == effect.acknowledge


def test_a_digest_acknowledges_nothing_but_what_it_was_shown_for(house: House) -> None:
    paris = acknowledged(house, UpdatePerson(person_id=house.people["Maya"], zone="Europe/Paris"))
    rome = replace(paris, zone="Europe/Rome")
    refusal(update(house, rome), RefusalCode.CONSEQUENCE_CHANGED)
    house.platform.booked("Maya", "mentor", "Eva", CALL + timedelta(days=2))
    refusal(update(house, paris), RefusalCode.CONSEQUENCE_CHANGED)


def test_an_update_changes_the_person_and_nothing_that_stands(house: House) -> None:
    command = UpdatePerson(person_id=house.people["Eva"], name="Eva E.", zone="Europe/Paris", email="eva.e@example.com")
    with house.watch() as seen:
        done(update(house, acknowledged(house, command)))
    assert seen.touched <= BOOKKEEPING
    (change,) = [
        {name: values for name, values in columns.items() if name != "event_number"}
        for key, columns in seen.difference.changed("person").items()
        if key == (house.people["Eva"],)
    ]
    assert change == {
        "name": ("Eva", "Eva E."),
        "zone": ("Europe/London", "Europe/Paris"),
        "email": ("eva@example.com", "eva.e@example.com"),
    }
    assert seen.events[0]["effects"] == [{"changed": ["email", "name", "zone"]}]


def test_roles_are_replaced_as_a_whole(house: House) -> None:
    command = UpdatePerson(person_id=house.people["Leo"], roles=frozenset({Role.MEMBER, Role.STAFF}))
    with house.watch() as seen:
        done(update(house, acknowledged(house, command)))
    assert [row["role"] for row in seen.difference.added("person_role")] == ["STAFF"]
    back = UpdatePerson(person_id=house.people["Leo"], roles=frozenset({Role.MEMBER}))
    with house.watch() as seen:
        done(update(house, acknowledged(house, back)))
    assert [row["role"] for row in seen.difference.removed("person_role")] == ["STAFF"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, ("name",)),
        ({"name": "a\x00b"}, ("name",)),
        ({"name": "a\udfffb"}, ("name",)),
        ({"name": "n" * 201}, ("name",)),
        ({"email": "no address"}, ("email",)),
        ({"email": "a\x00b@example.com"}, ("email",)),
        ({"email": "Leo@Example.com"}, ("email",)),
        ({"zone": "Mars/Olympus"}, ("timeZone",)),
        ({"zone": "../etc/passwd"}, ("timeZone",)),
        ({"zone": ""}, ("timeZone",)),
    ],
)
def test_bad_input_names_its_field(house: House, change: dict[str, str], path: tuple[str, ...]) -> None:
    command = UpdatePerson(person_id=house.people["Maya"], **change)  # pyright: ignore[reportArgumentType]
    with house.watch() as seen:
        assert refusal(update(house, command), RefusalCode.INVALID_INPUT).path == path
    seen.assert_nothing_happened()
    check = shown(house, command)
    assert (check.allowed, check.code, check.effect) == (False, RefusalCode.INVALID_INPUT, None)


@pytest.mark.parametrize(
    ("by", "who", "roles", "code"),
    [
        ("Staff", "Sam", {Role.STAFF}, RefusalCode.FORBIDDEN),
        ("Staff", "Leo", {Role.MEMBER, Role.SENIOR_STAFF}, RefusalCode.FORBIDDEN),
        ("Sam", "Sam", {Role.STAFF}, RefusalCode.WRONG_STATE),
        ("Sam", "Maya", {Role.STAFF}, RefusalCode.WRONG_STATE),
        ("Sam", "Eva", set[Role](), RefusalCode.WRONG_STATE),
        ("Sam", "Leo", {Role.MEMBER, Role.COACH}, RefusalCode.WRONG_STATE),
    ],
)
def test_roles_that_may_not_be_given_or_taken(
    house: House, by: str, who: str, roles: set[Role], code: RefusalCode
) -> None:
    command = UpdatePerson(person_id=house.people[who], roles=frozenset(roles))
    with house.watch() as seen:
        refusal(update(house, command, by), code)
    seen.assert_nothing_happened()
    assert shown(house, command, by).code is code


def test_a_second_senior_may_step_down(house: House) -> None:
    house.platform.person("Nora", Role.SENIOR_STAFF)
    command = UpdatePerson(person_id=house.people["Sam"], roles=frozenset({Role.STAFF}))
    done(update(house, acknowledged(house, command)))


@pytest.mark.parametrize("who", ["Maya", "Eva"])
def test_the_twin_is_for_staff_too(house: House, who: str) -> None:
    command = UpdatePerson(person_id=house.people["Leo"], name="L")
    assert shown(house, command, who).code is RefusalCode.FORBIDDEN


# -- deactivation --------------------------------------------------------------------------------------------------------


def test_deactivating_shows_what_stops_and_which_sessions_stand(house: House) -> None:
    sam = house.platform.actor("Sam")
    member = house.read(check_deactivate_person, sam, DeactivatePerson(person_id=house.people["Maya"]))
    coach = house.read(check_deactivate_person, sam, DeactivatePerson(person_id=house.people["Eva"]))
    assert member.effect is not None
    assert coach.effect is not None
    assert member.effect.kinds == (K.SIGN_IN_STOPS, K.FEED_STOPS, K.BOOKING_STOPS)
    assert coach.effect.kinds == (K.SIGN_IN_STOPS, K.FEED_STOPS, K.OPENINGS_STOP)
    assert member.effect.sessions == coach.effect.sessions == (house.call,)


def test_deactivating_needs_its_digest_and_cancels_nothing(house: House) -> None:
    plain = DeactivatePerson(person_id=house.people["Eva"])
    with house.watch() as seen:
        refusal(deactivate_person(house.database, house.request(), plain), RefusalCode.LATE_CHANGE_NEEDS_ACK)
    seen.assert_nothing_happened()
    with house.watch() as seen:
        house.deactivate("Eva")
    assert seen.touched <= BOOKKEEPING
    refusal(deactivate_person(house.database, house.request(), plain), RefusalCode.WRONG_STATE)


def find(house: House, who: str, coach: str) -> object:
    wish = FindOpenings(
        kind_id=house.platform.kinds["coaching"],
        coach_id=house.people[coach],
        start=CALL,
        end=CALL + timedelta(hours=6),
    )
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        return openings(unit, house.platform.actor(who), wish, now=house.platform.now)


def wish(house: House, member: str, coach: str) -> BookSession:
    return BookSession(
        kind_id=house.platform.kinds["coaching"],
        coach_id=house.people[coach],
        member_id=house.people[member],
        starts_at=CALL + timedelta(hours=2),
        note="By phone.",
    )


def test_a_coach_who_was_deactivated_is_neither_offered_nor_booked_nor_moved_to(house: House) -> None:
    assert find(house, "Leo", "Cora")
    standing = house.platform.booked("Leo", "coaching", "Cora", CALL + timedelta(hours=4))
    house.deactivate("Cora")
    assert not find(house, "Leo", "Cora")
    with house.watch() as seen:
        for who in ("Leo", "Sam"):
            refusal(book(house.database, house.request(who), wish(house, "Leo", "Cora")), RefusalCode.NOT_FOUND)
        move = RescheduleSession(session_id=standing, to=CALL + timedelta(days=1))
        refusal(reschedule(house.database, house.request("Leo"), move), RefusalCode.SLOT_UNAVAILABLE)
    seen.assert_nothing_happened()


def test_a_member_who_was_deactivated_cannot_be_booked_for(house: House) -> None:
    house.deactivate("Leo")
    with house.watch() as seen:
        refusal(book(house.database, house.request("Sam"), wish(house, "Leo", "Cora")), RefusalCode.NOT_FOUND)
    seen.assert_nothing_happened()


def test_the_feed_is_gone_and_comes_back(house: House) -> None:
    def readable() -> bool:
        with house.database.unit(house.organisation_id, read_only=True) as unit:
            return feed_head(unit, house.people["Maya"]) is not None

    assert readable()
    house.deactivate("Maya")
    assert not readable()
    back = ReactivatePerson(person_id=house.people["Maya"])
    check = house.read(check_reactivate_person, house.platform.actor("Sam"), back)
    assert check.effect is not None
    assert check.effect.kinds == (K.SIGN_IN_RESUMES, K.FEED_RESUMES, K.BOOKING_RESUMES)
    refusal(reactivate_person(house.database, house.request(), back), RefusalCode.LATE_CHANGE_NEEDS_ACK)
    done(reactivate_person(house.database, house.request(), replace(back, acknowledge=check.effect.digest)))
    assert readable()
    refusal(reactivate_person(house.database, house.request(), back), RefusalCode.WRONG_STATE)


def test_nobody_shuts_the_organisation_out(house: House) -> None:
    def try_it(by: str, who: str) -> Outcome:
        return deactivate_person(house.database, house.request(by), DeactivatePerson(person_id=house.people[who]))

    with house.watch() as seen:
        refusal(try_it("Sam", "Sam"), RefusalCode.WRONG_STATE)
        refusal(try_it("Staff", "Sam"), RefusalCode.FORBIDDEN)
    seen.assert_nothing_happened()
    key = replace(house.request(), actor=house.key_actor(*Scope))
    outcome = deactivate_person(house.database, key, DeactivatePerson(person_id=house.people["Sam"]))
    assert "senior staff" in refusal(outcome, RefusalCode.WRONG_STATE).message
    assert isinstance(outcome, Refused)
