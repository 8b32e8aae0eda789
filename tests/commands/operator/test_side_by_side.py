"""Commands of the operator's side that run at the same moment: one wins, the others are refused in words."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from commands.add_contract import AddContract, add_contract
from commands.add_person import AddPerson, add_person
from commands.deactivate_person import DeactivatePerson, check_deactivate_person, deactivate_person
from commands.import_bookings import ImportBookings, import_bookings
from commands.imports.problems import ImportReport
from commands.link_identity import LinkIdentity, link_identity
from commands.outcome import Done, Outcome, Refused, Stale
from commands.publish_policy import PublishPolicy, publish_policy
from commands.set_holidays import NamedDay, SetHolidays, set_holidays
from policy.terms import RefusalCode, Role
from tests.commands.operator.house import ISSUER, House

ROUNDS = 5


def together(acts: Sequence[Callable[[], Outcome]]) -> Counter[str]:
    """How often each answer came, of commands that start at the same moment."""
    start, found = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], Outcome]) -> None:
        start.wait()
        found.append(word_of(act()))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(found)


def word_of(outcome: Outcome) -> str:
    match outcome:
        case Done():
            return "done"
        case Refused() | Stale():
            return outcome.code


@pytest.mark.parametrize("same", ["nora@example.com", "NORA@example.com"])
def test_an_address_is_given_once(house: House, same: str) -> None:
    def add(email: str) -> Callable[[], Outcome]:
        command = AddPerson(name="Nora", email=email, zone="UTC", roles=(Role.MEMBER,))
        request = house.request()
        return lambda: add_person(house.database, request, command)

    answers = together([add("nora@example.com"), add(same), add("nora@example.com")])
    assert answers == {"done": 1, RefusalCode.INVALID_INPUT: 2}


def test_a_contracts_name_is_given_once(house: House) -> None:
    command = AddContract(name="New", sponsor="S", document="")
    requests = [house.request() for _ in range(3)]
    answers = together([lambda request=request: add_contract(house.database, request, command) for request in requests])
    assert answers == {"done": 1, RefusalCode.INVALID_INPUT: 2}


def test_an_identity_is_one_persons(house: House) -> None:
    def link(who: str) -> Callable[[], Outcome]:
        command = LinkIdentity(person_id=house.people[who], issuer=ISSUER, subject="new")
        request = house.request()
        return lambda: link_identity(house.database, request, command)

    assert together([link("Maya"), link("Eva"), link("Cora")]) == {"done": 1, RefusalCode.INVALID_INPUT: 2}


def test_versions_of_a_policy_are_numbered_one_by_one(house: House) -> None:
    command = PublishPolicy(document='extends = "mastered"\n')
    requests = [house.request() for _ in range(4)]
    assert together([lambda one=one: publish_policy(house.database, one, command) for one in requests]) == {"done": 4}
    numbers = house.rows("SELECT number FROM policy_version WHERE organisation_id = :organisation ORDER BY number")
    assert [row.number for row in numbers] == [1, 2, 3, 4, 5]


def test_the_holidays_of_a_year_are_one_list_or_the_other(house: House) -> None:
    def set_days(*days: int) -> Callable[[], Outcome]:
        named = tuple(NamedDay(on_date=date(2027, 12, day), name="A holiday") for day in days)
        request = house.request()
        return lambda: set_holidays(house.database, request, SetHolidays(year=2027, holidays=named))

    for _ in range(ROUNDS):
        assert together([set_days(24, 25), set_days(25, 26), set_days(25, 26)]) == {"done": 3}
        rows = house.rows("SELECT on_date FROM holiday WHERE organisation_id = :organisation ORDER BY on_date")
        assert [row.on_date.day for row in rows] in ([24, 25], [25, 26])


def test_two_seniors_who_shut_each_other_out_do_not_both_succeed(house: House) -> None:
    house.platform.person("Nora", Role.SENIOR_STAFF)

    def shut_out(by: str, whom: str) -> Callable[[], Outcome]:
        person = house.people[whom]
        shown = house.read(check_deactivate_person, house.platform.actor(by), DeactivatePerson(person_id=person))
        assert shown.effect is not None
        command = DeactivatePerson(person_id=person, acknowledge=shown.effect.digest)
        request = house.request(by)
        return lambda: deactivate_person(house.database, request, command)

    answers = together([shut_out("Sam", "Nora"), shut_out("Nora", "Sam")])
    assert answers == {"done": 1, RefusalCode.WRONG_STATE: 1}


def test_one_file_imported_twice_at_once_books_each_line_once(house: House) -> None:
    csv = "member,coach,kind,starts_at\n" + "".join(
        f"{member}@example.com,{coach}@example.com,coaching,2027-04-{day:02}T10:00:00Z\n"
        for member, coach, day in (("maya", "eva", 5), ("leo", "cora", 6))
    )
    reports: list[ImportReport | Refused] = []
    requests = [house.request(), house.request("Staff"), house.request()]

    def act(number: int) -> Outcome:
        reports.append(import_bookings(house.database, requests[number], ImportBookings(csv=csv)))
        return Done(object_id=number, event_id=number)

    with house.watch() as seen:
        together([lambda number=number: act(number) for number in range(3)])
    assert len(seen.difference.added("session")) == 2
    assert sum(one.imported for one in reports if isinstance(one, ImportReport)) >= 2
