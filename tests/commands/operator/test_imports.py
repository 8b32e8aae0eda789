"""Files of another platform: every problem by its line, people all or none, bookings one by one and never twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.import_bookings import ImportBookings, import_bookings
from commands.import_people import ImportPeople, import_people
from commands.imports.problems import ImportReport, ProblemCode
from commands.outcome import Refused
from commands.transaction import Request
from policy.grounds import ground_of_credits
from policy.terms import RefusalCode, Scope
from tests.commands.operator.house import CALL, House
from tests.scenarios.records import read_records

P = ProblemCode
HEADER = "name,email,time_zone,roles,fee,currency,kinds,coaches,starts_on,contract\n"
PEOPLE = (
    HEADER
    + "Nora,nora@example.com,America/New_York,member,,,,dan@example.com eva@example.com,2027-02-01,Frame agreement\n"
    + "Dan,dan@example.com,America/New_York,coach,8000,EUR,coaching mentor,,,\n"
    + "Kai,kai@example.com,Pacific/Auckland,MEMBER|STAFF,,,,,,\n"
)


def people(house: House, csv: str, *, dry: bool = False, by: Request | None = None) -> ImportReport | Refused:
    return import_people(house.database, by or house.request(), ImportPeople(csv=csv, dry_run=dry))


def report(answer: ImportReport | Refused) -> ImportReport:
    assert isinstance(answer, ImportReport), answer
    return answer


def found(answer: ImportReport | Refused) -> list[tuple[int, str | None, P]]:
    return [(one.line, one.column, one.code) for one in report(answer).problems]


# -- people --------------------------------------------------------------------------------------------------------------


def test_people_coaches_and_members_come_in_one_event(house: House) -> None:
    with house.watch() as seen:
        answer = report(people(house, PEOPLE))
    assert (answer.lines, answer.imported, answer.problems, answer.dry_run) == (3, 3, (), False)
    (event,) = seen.events
    assert (event["id"], event["name"], event["actor_id"]) == (answer.event_id, "PEOPLE_IMPORTED", house.people["Sam"])
    ids = {row["name"]: row["id"] for row in seen.difference.added("person")}
    assert {(row["person_id"], row["role"]) for row in seen.difference.added("person_role")} == {
        (ids["Nora"], "MEMBER"),
        (ids["Dan"], "COACH"),
        (ids["Kai"], "MEMBER"),
        (ids["Kai"], "STAFF"),
    }
    (coach,) = seen.difference.added("coach")
    assert (coach["fee_minor_units"], coach["hours_zone"]) == (8000, "America/New_York")
    (membership,) = seen.difference.added("membership")
    assert (membership["starts_on"], membership["accounting_zone"]) == ("2027-02-01", "America/New_York")
    assert membership["contract_id"] == house.contract
    engaged = {(row["member_id"], row["coach_id"]) for row in seen.difference.added("engagement")}
    assert engaged == {(ids["Nora"], ids["Dan"]), (ids["Nora"], house.people["Eva"])}
    assert {row["event_id"] for row in seen.difference.added("ledger_entry")} == {answer.event_id}
    assert ground_of_credits(event["name"], None) == "entitlement.quantity"
    concerned = {row["person_id"] for row in seen.difference.added("event_person")}
    assert concerned == {*ids.values(), house.people["Eva"]}


def test_a_dry_run_says_the_same_and_does_nothing(house: House) -> None:
    with house.watch() as seen:
        answer = report(people(house, PEOPLE, dry=True))
    seen.assert_nothing_happened()
    assert (answer.lines, answer.imported, answer.problems, answer.dry_run) == (3, 3, (), True)


def test_the_same_file_is_imported_once(house: House) -> None:
    without_key = replace(house.request(), idempotency_key=None)
    first = report(people(house, PEOPLE, by=without_key))
    with house.watch() as seen:
        assert report(people(house, PEOPLE, by=without_key)) == first
        known = found(people(house, PEOPLE, by=house.request(key="another")))
    seen.assert_nothing_happened()
    assert known == [(line, "email", P.EXISTS_ALREADY) for line in (2, 3, 4)]


ONE = "Nora,nora@example.com,America/New_York,member,,,,,,\n"


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        (",nora@example.com,America/New_York,member,,,,,,", [("name", P.MISSING_VALUE)]),
        (f"{'n' * 201},nora@example.com,UTC,member,,,,,,", [("name", P.INVALID_VALUE)]),
        ("Nora,nora,America/New_York,member,,,,,,", [("email", P.INVALID_VALUE)]),
        ("Nora,LEO@example.com,America/New_York,member,,,,,,", [("email", P.EXISTS_ALREADY)]),
        ("Nora,nora@example.com,New York,member,,,,,,", [("time_zone", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,,,,,,,", [("roles", P.MISSING_VALUE)]),
        ("Nora,nora@example.com,UTC,boss,,,,,,", [("roles", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,100,,,,,", [("fee", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,coach,,,,,,", [("currency", P.MISSING_VALUE), ("fee", P.MISSING_VALUE), ("kinds", P.MISSING_VALUE)]),
        ("Nora,nora@example.com,UTC,coach,80.00,eur,coaching,,,", [("currency", P.INVALID_VALUE), ("fee", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,coach,8000,EUR,chess,,,", [("kinds", P.UNKNOWN_REFERENCE)]),
        ("Nora,nora@example.com,UTC,coach,8000,EUR,coaching,eva@example.com,,", [("coaches", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,maya@example.com,,", [("coaches", P.UNKNOWN_REFERENCE)]),
        ("Nora,nora@example.com,UTC,member,,,,eva,,", [("coaches", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,,2027-02-01,", [("starts_on", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,eva@example.com,2027-02-30,", [("starts_on", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,eva@example.com,01.02.2027,", [("starts_on", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,eva@example.com,1990-02-01,", [("starts_on", P.INVALID_VALUE)]),
        ("Nora,nora@example.com,UTC,member,,,,eva@example.com,,None", [("contract", P.UNKNOWN_REFERENCE)]),
        ("Nora,nora@example.com,UTC,member,,,,,", [(None, P.WRONG_NUMBER_OF_CELLS)]),
        ("No\x01ra,nora@example.com,UTC,member,,,,,,", [("name", P.INVALID_VALUE)]),
        ('"No\nra",nora@example.com,UTC,member,,,,,,', [("name", P.INVALID_VALUE)]),
        (f"{'n' * 2001},nora@example.com,UTC,member,,,,,,", [("name", P.INVALID_VALUE)]),
        ('Nora,nora@example.com,UTC,"member,,,,,,', [(None, P.NOT_A_TABLE)]),
    ],
)  # fmt: skip
def test_each_problem_is_named_by_line_and_column_and_nobody_comes(
    house: House, line: str, problems: list[tuple[str | None, P]]
) -> None:
    with house.watch() as seen:
        for dry in (True, False):
            answer = people(house, HEADER + ONE.replace("nora", "good") + line + "\n", dry=dry)
            assert found(answer) == [(3, column, code) for column, code in problems]
            assert report(answer).imported == 0
            assert all(one.message for one in report(answer).problems)
    seen.assert_nothing_happened()


def test_every_problem_of_a_file_is_listed_at_once(house: House) -> None:
    bad = HEADER + ONE + "\n" + ONE + ",x,Mars,boss,,,,,,\n" + "Maya,maya@example.com,UTC,coach,1,EUR,chess,,,\n"
    assert found(people(house, bad, dry=True)) == [
        (4, "email", P.TWICE_IN_FILE),
        (5, "email", P.INVALID_VALUE),
        (5, "name", P.MISSING_VALUE),
        (5, "roles", P.INVALID_VALUE),
        (5, "time_zone", P.INVALID_VALUE),
        (6, "email", P.EXISTS_ALREADY),
        (6, "kinds", P.UNKNOWN_REFERENCE),
    ]


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        (",maya@example.com,Mars,member,,,,dan@example.com,,None",
         [("coaches", P.UNKNOWN_REFERENCE), ("contract", P.UNKNOWN_REFERENCE), ("email", P.EXISTS_ALREADY),
          ("name", P.MISSING_VALUE), ("time_zone", P.INVALID_VALUE)]),
        ("No\x01ra,maya@example.com,UTC,member,,,,,,", [("email", P.EXISTS_ALREADY), ("name", P.INVALID_VALUE)]),
        (f"{'n' * 2001},good@example.com,UTC,member,,,,,,", [("email", P.TWICE_IN_FILE), ("name", P.INVALID_VALUE)]),
        ("Dan,dan@example.com,UTC,coach,80.00,EUR,chess,,,", [("fee", P.INVALID_VALUE), ("kinds", P.UNKNOWN_REFERENCE)]),
        ("Dan,dan@example.com,UTC,member,,,,dan,2027-02-01,", [("coaches", P.INVALID_VALUE)]),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_hides_no_other_problem_of_its_line(
    house: House, line: str, problems: list[tuple[str, P]]
) -> None:
    csv = HEADER + ONE.replace("nora", "good") + line + "\n"
    with house.watch() as seen:
        for dry in (True, False):
            assert found(people(house, csv, dry=dry)) == [(3, column, code) for column, code in problems]
    seen.assert_nothing_happened()


def test_who_is_engaged_with_an_unreadable_coach_of_the_file_is_not_blamed(house: House) -> None:
    coach = "Dan,dan@example.com,UTC,coach,80.00,EUR,coaching,,,\n"
    member = "Nora,nora@example.com,UTC,member,,,,dan@example.com,,\n"
    assert found(people(house, HEADER + coach + member)) == [(2, "fee", P.INVALID_VALUE)]


@pytest.mark.parametrize(
    ("csv", "problems"),
    [
        ("", [(1, None, P.NOT_A_TABLE)]),
        ("\n\n", [(1, None, P.NOT_A_TABLE)]),
        ("name,email\nNora,nora@example.com\n", [(1, "roles", P.MISSING_COLUMN), (1, "time_zone", P.MISSING_COLUMN)]),
        ("name,email,time_zone,roles,age\n", [(1, "age", P.UNKNOWN_COLUMN)]),
        ("name,email,time_zone,roles,name\n", [(1, "name", P.UNKNOWN_COLUMN)]),
        ("name,email,time_zone,roles\n" + "a,b@example.com,UTC,member\n" * 1001, [(1002, None, P.TOO_MANY_LINES)]),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused(
    house: House, csv: str, problems: list[tuple[int, str | None, P]]
) -> None:
    with house.watch() as seen:
        assert [one for one in found(people(house, csv)) if one[2] is not P.TWICE_IN_FILE] == problems
    seen.assert_nothing_happened()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";"),
        lambda text: text.upper().replace("UTC", "UTC"),
    ],
)
def test_what_spreadsheets_do_to_a_file_does_no_harm(house: House, change: Any) -> None:
    csv = change("name,email,time_zone,roles\n  Nora , nora@example.com , UTC , member \n")
    assert report(people(house, csv)).imported == 1


def test_nobody_imports_somebody_above_them(house: House) -> None:
    csv = "name,email,time_zone,roles\nNora,nora@example.com,UTC,SENIOR_STAFF\n"
    assert found(people(house, csv, by=house.request("Staff"))) == [(2, "roles", P.FORBIDDEN)]


@pytest.mark.parametrize("who", ["Maya", "Eva"])
def test_importing_is_for_staff(house: House, who: str) -> None:
    with house.watch() as seen:
        for answer in (
            people(house, PEOPLE, by=house.request(who)),
            people(house, PEOPLE, dry=True, by=house.request(who)),
            bookings(house, BOOKINGS, by=house.request(who)),
        ):
            assert isinstance(answer, Refused)
            assert answer.code is RefusalCode.FORBIDDEN
    seen.assert_nothing_happened()


def test_a_key_imports_within_its_scope(house: House) -> None:
    wrong = Request(actor=house.key_actor(*(set(Scope) - {Scope.PEOPLE})), now=house.platform.now)
    assert isinstance(people(house, PEOPLE, by=wrong), Refused)
    right = Request(actor=house.key_actor(Scope.PEOPLE), now=house.platform.now)
    answer = people(house, PEOPLE, by=right)
    assert found(answer) == [(4, "roles", P.FORBIDDEN)]
    with house.watch() as seen:
        assert report(people(house, PEOPLE.replace("MEMBER|STAFF", "MEMBER"), by=right)).imported == 3
    assert seen.events[0]["api_key_id"] == right.actor.api_key_id


def test_another_organisations_people_are_unknown(house: House, neighbour: House) -> None:
    house.platform.coach("Dan", "coaching")
    csv = HEADER + "Nora,nora@example.com,UTC,member,,,,dan@example.com,,\n"
    with neighbour.watch() as seen:
        assert found(people(neighbour, csv)) == [(2, "coaches", P.UNKNOWN_REFERENCE)]
    seen.assert_nothing_happened()


# -- bookings ------------------------------------------------------------------------------------------------------------

BOOKINGS = (
    "member,coach,kind,starts_at,note\n"
    "maya@example.com,eva@example.com,mentor,2027-03-19T10:00:00Z,\n"
    "LEO@example.com,cora@example.com,coaching,2027-03-19T11:00:00+01:00,Agreed before\n"
)


def bookings(house: House, csv: str, *, dry: bool = False, by: Request | None = None) -> ImportReport | Refused:
    return import_bookings(house.database, by or house.request(), ImportBookings(csv=csv, dry_run=dry))


def counts(answer: ImportReport | Refused) -> tuple[int, int, int]:
    known = report(answer)
    return known.imported, known.already, len(known.problems)


def test_bookings_are_made_by_the_ordinary_rules_for_staff(house: House) -> None:
    with house.watch() as seen:
        assert counts(bookings(house, BOOKINGS)) == (2, 0, 0)
    starts = [row["starts_at"] for row in seen.difference.added("session")]
    assert starts == ["2027-03-19T10:00:00+00:00"] * 2
    assert [(event["name"], event["actor_kind"], event["note"]) for event in seen.events] == [
        ("SESSION_BOOKED", "STAFF", "Imported from another platform."),
        ("SESSION_BOOKED", "STAFF", "Agreed before"),
    ]
    assert [row["kind"] for row in seen.difference.added("ledger_entry")] == ["HOLD", "HOLD"]


def test_a_second_import_goes_on_and_doubles_nothing(house: House) -> None:
    first = "".join(BOOKINGS.splitlines(keepends=True)[:2])
    assert counts(bookings(house, first)) == (1, 0, 0)
    with house.watch() as seen:
        assert counts(bookings(house, BOOKINGS)) == (1, 1, 0)
        assert counts(bookings(house, BOOKINGS)) == (0, 2, 0)
    assert len(seen.difference.added("session")) == 1


def test_what_was_cancelled_since_is_not_booked_again(house: House) -> None:
    with house.watch() as seen:
        bookings(house, BOOKINGS)
    session = seen.difference.added("session")[0]["id"]
    house.platform.cancel("Maya", session)
    with house.watch() as seen:
        assert counts(bookings(house, BOOKINGS)) == (0, 2, 0)
    seen.assert_nothing_happened()


def test_a_dry_run_of_bookings_finds_what_the_run_would_and_leaves_no_trace(house: House) -> None:
    """The second line takes Maya's last mentor credit of March, so that the third finds none; the fourth meets a call."""
    csv = (
        "member,coach,kind,starts_at\n"
        "maya@example.com,eva@example.com,mentor,2027-03-19T10:00:00Z\n"
        "maya@example.com,eva@example.com,mentor,2027-03-20T10:00:00Z\n"
        f"maya@example.com,eva@example.com,coaching,{(CALL + timedelta(minutes=30)).isoformat()}\n"
        "leo@example.com,cora@example.com,coaching,2027-02-01T10:00:00Z\n"
        "leo@example.com,eva@example.com,coaching,2027-03-20T12:00:00Z\n"
    )
    with house.watch() as seen:
        dry = report(bookings(house, csv, dry=True))
    seen.assert_nothing_happened()
    assert [(one.line, one.refusal) for one in dry.problems] == [
        (3, RefusalCode.DUPLICATE_BOOKING),
        (4, RefusalCode.SLOT_TAKEN),
        (5, RefusalCode.SLOT_UNAVAILABLE),
        (6, RefusalCode.NOT_FOUND),
    ]
    assert (dry.imported, dry.dry_run) == (1, True)
    real = report(bookings(house, csv))
    assert replace(real, dry_run=True) == dry


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        (",eva@example.com,mentor,2027-03-19T10:00:00Z", [("member", P.MISSING_VALUE)]),
        ("nobody@example.com,eva@example.com,mentor,2027-03-19T10:00:00Z", [("member", P.UNKNOWN_REFERENCE)]),
        ("maya@example.com,eva@example.com,chess,2027-03-19T10:00:00Z", [("kind", P.UNKNOWN_REFERENCE)]),
        ("maya@example.com,eva@example.com,mentor,2027-03-19T10:00:00", [("starts_at", P.INVALID_VALUE)]),
        ("maya@example.com,eva@example.com,mentor,2027-02-30T10:00:00Z", [("starts_at", P.INVALID_VALUE)]),
        ("maya@example.com,eva@example.com,mentor,2027-W11-4", [("starts_at", P.INVALID_VALUE)]),
        ("maya@example.com,eva@example.com,mentor,0001-01-01T00:00:00+14:00", [("starts_at", P.INVALID_VALUE)]),
        ("maya@example.com,eva@example.com,mentor,19 March", [("starts_at", P.INVALID_VALUE)]),
        ("maya@example.com,eva@example.com,mentor", [(None, P.WRONG_NUMBER_OF_CELLS)]),
        ("leo@example.com,cora@example.com,coaching,2027-03-19T11:00:00+01:00", [(None, P.TWICE_IN_FILE)]),
    ],
)
def test_a_file_of_bookings_that_cannot_be_read_is_not_begun(
    house: House, line: str, problems: list[tuple[str | None, P]]
) -> None:
    csv = "member,coach,kind,starts_at\nleo@example.com,cora@example.com,coaching,2027-03-19T10:00:00Z\n" + line + "\n"
    with house.watch() as seen:
        assert found(bookings(house, csv)) == [(3, column, code) for column, code in problems]
    seen.assert_nothing_happened()


def test_a_dry_run_lists_what_cannot_be_read_and_what_the_rules_refuse_at_once(house: House) -> None:
    csv = (
        "member,coach,kind,starts_at\n"
        "leo@example.com,cora@example.com,coaching,2027-02-01T10:00:00Z\n"
        "maya@example.com,eva@example.com,chess,2027-03-19T10:00:00Z\n"
        "maya@example.com,eva@example.com,mentor,2027-03-19T12:00:00Z\n"
        "leo@example.com,eva@example.com,coaching,2027-03-20T12:00:00Z\n"
    )
    with house.watch() as seen:
        dry, real = report(bookings(house, csv, dry=True)), report(bookings(house, csv))
    seen.assert_nothing_happened()
    assert [(one.line, one.code, one.refusal) for one in dry.problems] == [
        (2, P.REFUSED, RefusalCode.SLOT_UNAVAILABLE),
        (3, P.UNKNOWN_REFERENCE, None),
        (5, P.REFUSED, RefusalCode.NOT_FOUND),
    ]
    assert [(one.line, one.code) for one in real.problems] == [(3, P.UNKNOWN_REFERENCE)]
    assert [(one.lines, one.imported, one.already) for one in (dry, real)] == [(4, 0, 0), (4, 0, 0)]


def test_a_cell_that_cannot_be_read_hides_no_other_problem_of_a_booking(house: House) -> None:
    csv = "member,coach,kind,starts_at\nnobody@example.com,eva,chess,19 March\nmaya@example.com,,mentor,\n"
    with house.watch() as seen:
        for dry in (True, False):
            assert found(bookings(house, csv, dry=dry)) == [
                (2, "coach", P.INVALID_VALUE),
                (2, "kind", P.UNKNOWN_REFERENCE),
                (2, "member", P.UNKNOWN_REFERENCE),
                (2, "starts_at", P.INVALID_VALUE),
                (3, "coach", P.MISSING_VALUE),
                (3, "starts_at", P.MISSING_VALUE),
            ]
    seen.assert_nothing_happened()


def test_who_was_deactivated_is_unknown_to_a_file_of_bookings(house: House) -> None:
    house.deactivate("Leo")
    assert found(bookings(house, BOOKINGS)) == [(3, "member", P.UNKNOWN_REFERENCE)]


def test_many_bookings_are_rehearsed_in_one_go(house: House) -> None:
    house.platform.pack("Maya", "coaching", 40)
    lines = [
        f"maya@example.com,eva@example.com,coaching,{(CALL + timedelta(days=2, hours=hour)).isoformat()}"
        for hour in range(30)
    ]
    csv = "member,coach,kind,starts_at\n" + "\n".join(lines) + "\n"
    before = read_records(house.owner, house.organisation_id)
    dry = report(bookings(house, csv, dry=True))
    assert dry.imported == 30, dry.problems
    assert read_records(house.owner, house.organisation_id) == before
    assert counts(bookings(house, csv)) == (30, 0, 0)
