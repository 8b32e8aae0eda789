"""Every verb of the operator's side as one row: how it is called in a house, what it writes, and who may."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from commands.add_coach import AddCoach, add_coach
from commands.add_contract import AddContract, add_contract
from commands.add_person import AddPerson, add_person
from commands.add_time_off import AddTimeOff, add_time_off
from commands.api_keys import key_text
from commands.attach_contract import AttachContract, attach_contract
from commands.create_api_key import CreateApiKey, create_api_key
from commands.deactivate_person import DeactivatePerson, check_deactivate_person, deactivate_person
from commands.end_engagement import EndEngagement, end_engagement
from commands.enrol import EnrolMember, enrol
from commands.grant_pack import GrantPack, grant_pack
from commands.link_identity import LinkIdentity, link_identity
from commands.outcome import Outcome
from commands.publish_policy import PublishPolicy, publish_policy
from commands.reactivate_person import ReactivatePerson, check_reactivate_person, reactivate_person
from commands.remove_time_off import RemoveTimeOff, remove_time_off
from commands.repeat_work import RepeatWork, repeat_work
from commands.revoke_api_key import RevokeApiKey, revoke_api_key
from commands.set_buffers import SetBuffers, set_buffers
from commands.set_date_override import SetDateOverride, Stretch, set_date_override
from commands.set_holidays import NamedDay, SetHolidays, set_holidays
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from commands.start_engagement import StartEngagement, start_engagement
from commands.transaction import Request
from commands.unlink_identity import UnlinkIdentity, unlink_identity
from commands.update_person import UpdatePerson, update_person
from policy.terms import Role, Scope
from tests.commands.operator.house import CALL, ISSUER, House

NINE, NOON = time(9), time(12)


@dataclass(frozen=True)
class VerbRow:
    """`run` calls the verb for the house's own objects; `variant` gives another command of the same verb.

    `own`: the coach Eva may do it, because it is her own. `names_ids`: it names objects of the house, so that somebody of
    another organisation must be told that there are none.
    """

    name: str
    event: str
    scope: Scope
    run: Callable[[House, Request, int], Outcome]
    touches: set[str] = field(default_factory=set[str])
    own: bool = False
    names_ids: bool = True

    def __str__(self) -> str:
        return self.name


def _add_person(house: House, request: Request, variant: int) -> Outcome:
    command = AddPerson(name="Nora", email=f"nora{variant}@example.com", zone="America/New_York", roles=(Role.MEMBER,))
    return add_person(house.database, request, command)


def _add_coach(house: House, request: Request, variant: int) -> Outcome:
    command = AddCoach(
        person_id=house.people["Cora"],
        fee_minor_units=9000 + variant,
        fee_currency="EUR",
        hours_zone="Europe/Berlin",
        kinds=(house.platform.kinds["mentor"],),
    )
    return add_coach(house.database, request, command)


def _enrol(house: House, request: Request, variant: int) -> Outcome:
    command = EnrolMember(
        member_id=house.people["Kai"], coach_ids=(house.people["Eva"],) if variant == 0 else (house.people["Cora"],)
    )
    return enrol(house.database, request, command)


def _grant_pack(house: House, request: Request, variant: int) -> Outcome:
    command = GrantPack(member_id=house.people["Maya"], kind_id=house.platform.kinds["coaching"], units=1 + variant)
    return grant_pack(house.database, request, command)


def _hours(house: House, request: Request, variant: int) -> Outcome:
    week = (Hours(weekday=variant, start=NINE, to=NOON),)
    return set_weekly_hours(house.database, request, SetWeeklyHours(coach_id=house.people["Eva"], hours=week))


def _override(house: House, request: Request, variant: int) -> Outcome:
    command = SetDateOverride(
        coach_id=house.people["Eva"],
        on_date=date(2027, 3, 20 + variant),
        stretches=(Stretch(start=NINE, to=NOON),),
    )
    return set_date_override(house.database, request, command)


def _time_off(house: House, request: Request, variant: int) -> Outcome:
    start = CALL - timedelta(hours=1 + variant)
    command = AddTimeOff(coach_id=house.people["Eva"], starts_at=start, ends_at=CALL + timedelta(hours=1))
    return add_time_off(house.database, request, command)


def _remove_time_off(house: House, request: Request, variant: int) -> Outcome:
    return remove_time_off(house.database, request, RemoveTimeOff(time_off_id=house.time_off + variant))


def _buffers(house: House, request: Request, variant: int) -> Outcome:
    command = SetBuffers(
        coach_id=house.people["Eva"], before=timedelta(minutes=5 + variant), after=timedelta(minutes=10)
    )
    return set_buffers(house.database, request, command)


def _holidays(house: House, request: Request, variant: int) -> Outcome:
    days = (NamedDay(on_date=date(2027, 12, 25 + variant), name="A holiday"),)
    return set_holidays(house.database, request, SetHolidays(year=2027, holidays=days))


def _start_engagement(house: House, request: Request, variant: int) -> Outcome:
    pair = ("Maya", "Cora") if variant == 0 else ("Leo", "Eva")
    command = StartEngagement(member_id=house.people[pair[0]], coach_id=house.people[pair[1]])
    return start_engagement(house.database, request, command)


def _end_engagement(house: House, request: Request, variant: int) -> Outcome:
    pair = ("Maya", "Eva") if variant == 0 else ("Leo", "Cora")
    return end_engagement(house.database, request, EndEngagement(engagement_id=house.engagement(*pair)))


def _add_contract(house: House, request: Request, variant: int) -> Outcome:
    command = AddContract(
        name=f"Contract {variant}", sponsor="Sponsor Ltd", document="[booking]\nhorizon_periods = 2\n"
    )
    return add_contract(house.database, request, command)


def _attach_contract(house: House, request: Request, variant: int) -> Outcome:
    member = "Maya" if variant == 0 else "Leo"
    command = AttachContract(membership_id=house.membership(member), contract_id=house.contract)
    return attach_contract(house.database, request, command)


def _create_key(house: House, request: Request, variant: int) -> Outcome:
    command = CreateApiKey(name=f"Key {variant}", scopes=frozenset({Scope.KEYS}))
    key = key_text(house.organisation_id, f"{variant}" * 43)
    return create_api_key(house.database, request, command, key=key)


def _revoke_key(house: House, request: Request, variant: int) -> Outcome:
    return revoke_api_key(house.database, request, RevokeApiKey(api_key_id=house.api_key + variant))


def _repeat_work(house: House, request: Request, variant: int) -> Outcome:
    return repeat_work(house.database, request, RepeatWork(work_id=house.failed[variant]))


def _link(house: House, request: Request, variant: int) -> Outcome:
    command = LinkIdentity(person_id=house.people["Maya"], issuer=ISSUER, subject=f"maya-{variant}")
    return link_identity(house.database, request, command)


def _unlink(house: House, request: Request, variant: int) -> Outcome:
    command = UnlinkIdentity(person_id=house.people["Leo"], issuer=ISSUER, subject=f"leo-{1 + variant}")
    return unlink_identity(house.database, request, command)


def _update(house: House, request: Request, variant: int) -> Outcome:
    return update_person(house.database, request, UpdatePerson(person_id=house.people["Maya"], name=f"Maya {variant}"))


def _deactivate(house: House, request: Request, variant: int) -> Outcome:
    person = house.people["Maya" if variant == 0 else "Leo"]
    if person not in house.shown:
        command = DeactivatePerson(person_id=person)
        check = house.read(check_deactivate_person, house.platform.actor("Sam"), command)
        assert check.effect is not None
        house.shown[person] = check.effect.digest
    command = DeactivatePerson(person_id=person, acknowledge=house.shown[person])
    return deactivate_person(house.database, request, command)


def _reactivate(house: House, request: Request, variant: int) -> Outcome:
    person = house.people["Gone" if variant == 0 else "Left"]
    if person not in house.shown:
        command = ReactivatePerson(person_id=person)
        check = house.read(check_reactivate_person, house.platform.actor("Sam"), command)
        assert check.effect is not None
        house.shown[person] = check.effect.digest
    command = ReactivatePerson(person_id=person, acknowledge=house.shown[person])
    return reactivate_person(house.database, request, command)


def _publish(house: House, request: Request, variant: int) -> Outcome:
    document = f'extends = "mastered"\n[booking]\nhorizon_periods = {2 + variant}\n'
    return publish_policy(house.database, request, PublishPolicy(document=document))


VERBS = (
    VerbRow("add_person", "PERSON_ADDED", Scope.PEOPLE, _add_person, {"person_role"}, names_ids=False),
    VerbRow("add_coach", "COACH_ADDED", Scope.PEOPLE, _add_coach, {"coach", "coach_kind"}),
    VerbRow(
        "enrol",
        "MEMBER_ENROLLED",
        Scope.PEOPLE,
        _enrol,
        {"membership", "engagement", "credit_lot", "ledger_entry", "due_work"},
    ),
    VerbRow("grant_pack", "PACK_GRANTED", Scope.CREDITS, _grant_pack, {"credit_lot", "ledger_entry"}),
    VerbRow("set_weekly_hours", "HOURS_SET", Scope.AVAILABILITY, _hours, {"weekly_hours"}, own=True),
    VerbRow("set_date_override", "DATE_OVERRIDE_SET", Scope.AVAILABILITY, _override, {"date_override"}, own=True),
    VerbRow("add_time_off", "TIME_OFF_ADDED", Scope.AVAILABILITY, _time_off, {"time_off"}, own=True),
    VerbRow("remove_time_off", "TIME_OFF_REMOVED", Scope.AVAILABILITY, _remove_time_off, {"time_off"}, own=True),
    VerbRow("set_buffers", "BUFFERS_SET", Scope.AVAILABILITY, _buffers, {"coach"}, own=True),
    VerbRow("set_holidays", "HOLIDAYS_SET", Scope.AVAILABILITY, _holidays, {"holiday"}, names_ids=False),
    VerbRow("start_engagement", "ENGAGEMENT_STARTED", Scope.PEOPLE, _start_engagement, {"engagement"}),
    VerbRow("end_engagement", "ENGAGEMENT_ENDED", Scope.PEOPLE, _end_engagement, {"engagement"}),
    VerbRow("add_contract", "CONTRACT_ADDED", Scope.PEOPLE, _add_contract, {"contract"}, names_ids=False),
    VerbRow("attach_contract", "CONTRACT_ATTACHED", Scope.PEOPLE, _attach_contract, {"membership"}),
    VerbRow("create_api_key", "API_KEY_CREATED", Scope.KEYS, _create_key, {"api_key"}, names_ids=False),
    VerbRow("revoke_api_key", "API_KEY_REVOKED", Scope.KEYS, _revoke_key, {"api_key"}),
    VerbRow("repeat_work", "WORK_REPEATED", Scope.BOOKINGS, _repeat_work, {"due_work"}),
    VerbRow("link_identity", "IDENTITY_LINKED", Scope.PEOPLE, _link, {"identity"}),
    VerbRow("unlink_identity", "IDENTITY_UNLINKED", Scope.PEOPLE, _unlink, {"identity"}),
    VerbRow("update_person", "PERSON_UPDATED", Scope.PEOPLE, _update),
    VerbRow("deactivate_person", "PERSON_DEACTIVATED", Scope.PEOPLE, _deactivate),
    VerbRow("reactivate_person", "PERSON_REACTIVATED", Scope.PEOPLE, _reactivate),
    VerbRow("publish_policy", "POLICY_PUBLISHED", Scope.POLICY, _publish, {"policy_version"}, names_ids=False),
)
