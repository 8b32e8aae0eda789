"""Series in hostile and clumsy hands: every refusal has its code, nothing is half done, and all calendars agree afterwards (MODEL 5.3)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.calendar_sync.google_checker import problems
from tests.scenarios.series import (
    CHANGE,
    CREATE,
    END,
    PREVIEW,
    PROPOSE,
    act,
    all_series,
    create,
    exceptions,
    in_feed,
    in_google,
    mento,
    preview,
    series_of_s_o_01,
    sessions,
    standing,
    terms,
    twins,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.step import Json

YEAR = ("2027-01-01", "2028-06-01")


def code_of(stage: Stage, who: str, document: str, given: Json) -> str | None:
    """The code of the answer, whether it is a refusal of the verb or an error of the whole request; None: it was done."""
    answer = stage.theatre.client.post(
        "/graphql",
        json={"query": document, "variables": {"input": given}},
        headers={"Authorization": f"Bearer {stage.token(who)}", "Accept": "application/graphql-response+json"},
    ).json()
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    result = next(iter(answer["data"].values()))
    return result.get("code")


def assert_calendars_agree(stage: Stage, until: str = YEAR[1]) -> None:
    """Both feeds and the coach's Google Calendar show the same, and Google holds exactly what it should."""
    stage.deliver()
    days = (YEAR[0], until)
    assert in_feed(stage, "Leo", *days) == in_feed(stage, "Dan", *days) == in_google(stage, "Dan", *days)
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_no_wish_for_a_series_is_half_granted(open_stage: OpenStage) -> None:
    """Dates far away and in the past, ids of others and of other things: each answer has a code, and nothing is written."""
    elsewhere = mento(open_stage)
    stage = mento(open_stage)
    stage.coach("Cora", kinds=["one_on_one"])
    stage.member("Maya", "Cora")
    other_tenant = (
        {"member": elsewhere.gid("Leo")},
        {"coach": elsewhere.gid("Dan")},
        {"kind": elsewhere.kinds["one_on_one"]},
    )
    unheard_of: list[tuple[Json, str]] = [
        *((given, "NOT_FOUND") for given in other_tenant),
        ({"member": stage.gid("Maya")}, "NOT_FOUND"),
        ({"coach": stage.gid("Cora"), "member": stage.gid("Maya")}, "NOT_FOUND"),
        ({"coach": stage.gid("Leo"), "member": stage.gid("Dan")}, "NOT_FOUND"),
        ({"member": stage.gid("Dan")}, "NOT_FOUND"),
        ({"member": stage.kinds["one_on_one"]}, "INVALID_INPUT"),
        ({"firstDate": "2027-02-29"}, "VARIABLES_INVALID"),
        ({"firstDate": "9999-12-31"}, "VARIABLES_INVALID"),
        ({"firstDate": "8999-12-31"}, "INVALID_INPUT"),
        ({"firstDate": "0001-01-01"}, "VARIABLES_INVALID"),
        ({"firstDate": "2017-01-01"}, "INVALID_INPUT"),
        ({"firstDate": "2018-01-01"}, "SLOT_UNAVAILABLE"),
        ({"localTime": "24:00"}, "VARIABLES_INVALID"),
        ({"until": "2027-03-01"}, "INVALID_INPUT"),
        ({"until": "2027-02-01"}, "INVALID_INPUT"),
        ({"until": "2900-01-01"}, "INVALID_INPUT"),
        ({"cadence": "DAILY"}, "VARIABLES_INVALID"),
        ({"acknowledge": "0" * 64, "firstDate": "2027-02-01"}, "CONSEQUENCE_CHANGED"),
        ({"note": "\u0000"}, "INVALID_INPUT"),
    ]
    with stage.step() as step:
        found = [
            code_of(stage, "Dan", CREATE, {**terms(stage), "idempotencyKey": stage.key(), **given})
            for given, _ in unheard_of
        ]
    assert list(zip([given for given, _ in unheard_of], found, strict=True)) == unheard_of
    step.assert_nothing_happened()
    assert all_series(elsewhere) == all_series(stage) == []


def test_a_preview_refuses_what_creating_it_would(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    for given in (
        {"firstDate": "2017-01-01"},
        {"until": "2027-03-01"},
        {"until": "2900-01-01"},
        {"firstDate": "2500-01-01"},
    ):
        assert code_of(stage, "Dan", PREVIEW, terms(stage, **given)) == "INVALID_INPUT", given
    for given in ({"firstDate": "2018-01-01"}, {}):
        shown = preview(stage, **given)
        assert shown["code"] == create(stage, **given).get("code"), given


def test_a_thousand_weeks_are_a_series_like_any_other(open_stage: OpenStage) -> None:
    """Twenty years do not fit into ten; nearly ten do. What is planned is a year, and what is made sixteen weeks."""
    stage = mento(open_stage)
    assert create(stage, cadence="WEEKLY", until="2046-05-01")["code"] == "INVALID_INPUT"
    answer = create(stage, cadence="WEEKLY", until="2037-02-01", localTime="02:30")
    assert len(standing(stage, answer["series"]["id"])) == 15
    assert_calendars_agree(stage)


ODD = [
    # 02:30 on 14 March does not exist in New York: that session is at 03:30 there.
    (
        {"firstDate": "2027-02-28", "localTime": "02:30"},
        ["2027-02-28T07:30:00Z", "2027-03-14T07:30:00Z", "2027-03-28T06:30:00Z"],
    ),
    (
        {"firstDate": "2027-03-31", "cadence": "MONTHLY"},
        ["2027-03-31T13:00:00Z", "2027-04-28T13:00:00Z", "2027-05-26T13:00:00Z"],
    ),
]


@pytest.mark.parametrize(("wish", "starts"), ODD)
def test_nights_of_clock_changes_and_last_days_of_months_stand_in_every_calendar(
    open_stage: OpenStage, wish: Json, starts: list[str]
) -> None:
    stage = mento(open_stage)
    answer = create(stage, **wish)
    assert standing(stage, answer["series"]["id"])[:3] == starts
    stage.deliver()
    assert in_google(stage, "Dan", "2027-02-01", "2027-06-01")[:3] == starts
    # What falls into the gap of another spring is in Google once its session exists.
    assert_calendars_agree(stage, until="2028-03-01")


def test_a_leap_day_is_the_last_tuesday_of_its_month(open_stage: OpenStage) -> None:
    stage = mento(open_stage, at="2028-02-15T12:00:00Z", starts_on="2028-02-01")
    answer = create(stage, firstDate="2028-02-29", cadence="MONTHLY")
    assert standing(stage, answer["series"]["id"]) == [
        "2028-02-29T14:00:00Z",
        "2028-03-28T13:00:00Z",
        "2028-04-25T13:00:00Z",
        "2028-05-30T13:00:00Z",
    ]


def test_no_cut_is_half_made(open_stage: OpenStage) -> None:
    """Changes and ends before the first date, in the past, after the end, of somebody else's, with a version of before."""
    stage, made = series_of_s_o_01(open_stage)
    stage.coach("Cora", kinds=["one_on_one"])
    series, version = made["id"], all_series(stage)[0]["version"]
    stage.at("2027-03-16T13:00:00Z")
    given: list[tuple[str, str, Json, str]] = [
        ("Dan", CHANGE, {"from": "2027-03-15", "localTime": "10:00"}, "SESSION_STARTED"),
        ("Dan", CHANGE, {"from": "1900-01-01", "localTime": "10:00"}, "INVALID_INPUT"),
        ("Dan", CHANGE, {"from": "8999-01-01", "localTime": "10:00"}, "INVALID_INPUT"),
        ("Dan", CHANGE, {"from": "2027-04-12", "firstDate": "2027-03-22", "localTime": "10:00"}, "WRONG_STATE"),
        ("Dan", CHANGE, {"from": "2027-04-12", "firstDate": "8999-01-01", "localTime": "10:00"}, "INVALID_INPUT"),
        ("Dan", CHANGE, {"localTime": "10:00", "ifVersion": version + 1}, "STALE_VERSION"),
        ("Leo", CHANGE, {"localTime": "10:00"}, "FORBIDDEN"),
        ("Cora", CHANGE, {"localTime": "10:00"}, "NOT_FOUND"),
        ("Sam", CHANGE, {"localTime": "10:00"}, "REASON_REQUIRED"),
        ("Dan", END, {"from": "2027-03-15"}, "SESSION_STARTED"),
        ("Leo", END, {}, "FORBIDDEN"),
        ("Cora", END, {}, "NOT_FOUND"),
        ("Sam", END, {}, "REASON_REQUIRED"),
        ("Dan", END, {"series": stage.gid("Dan")}, "INVALID_INPUT"),
        ("Dan", PROPOSE, {"firstDate": "2027-03-29"}, "WRONG_STATE"),
        ("Cora", PROPOSE, {}, "NOT_FOUND"),
    ]
    with stage.step() as step:
        found = [
            code_of(
                stage, who, document, {"series": series, "ifVersion": version, "idempotencyKey": stage.key(), **more}
            )
            for who, document, more, _ in given
        ]
    assert [(who, more, code) for (who, _, more, _), code in zip(given, found, strict=True)] == [
        (who, more, code) for who, _, more, code in given
    ]
    step.assert_nothing_happened()
    assert act(stage, "Dan", END, series, **{"from": "2027-05-24"})["series"]["until"] == "2027-05-24"
    for document, more in (
        (CHANGE, {"from": "2027-05-24", "localTime": "10:00"}),
        (END, {"from": "2027-06-01"}),
        (CHANGE, {"from": "2027-05-25"}),
    ):
        assert act(stage, "Dan", document, series, **more)["code"] == "WRONG_STATE", more
    assert_calendars_agree(stage)


def test_a_change_from_the_first_from_a_moved_one_and_twice_leaves_each_session_once(open_stage: OpenStage) -> None:
    stage, made = series_of_s_o_01(open_stage)
    version = all_series(stage)[0]["version"]
    moved = sessions(stage, made["id"])["2027-03-29"]["id"]
    stage.reschedule("Leo", moved, "2027-03-31T13:00:00Z")
    fields = {"series": made["id"], "ifVersion": version, "from": "2027-03-29", "localTime": "10:00"}
    first = stage.tell("Dan", CHANGE, **fields, idempotencyKey="once")
    again = stage.tell("Dan", CHANGE, **fields, idempotencyKey="once")
    assert first["series"]["id"] == again["series"]["id"]
    assert stage.tell("Dan", CHANGE, **fields, idempotencyKey="twice")["code"] == "STALE_VERSION"
    # What was moved by itself stays, and stands beside the successor's session of its date.
    assert standing(stage, made["id"]) == ["2027-03-01T14:00:00Z", "2027-03-15T13:00:00Z", "2027-03-31T13:00:00Z"]
    assert standing(stage, first["series"]["id"])[0] == "2027-03-29T14:00:00Z"
    assert_calendars_agree(stage)
    whole = act(stage, "Dan", CHANGE, first["series"]["id"], **{"from": "2027-03-01", "firstDate": "2027-03-30"})
    assert standing(stage, first["series"]["id"]) == []
    assert standing(stage, whole["series"]["id"])[0] == "2027-03-30T14:00:00Z"
    assert_calendars_agree(stage)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_a_change_a_cancellation_and_an_end_at_one_moment_come_one_after_the_other(open_stage: OpenStage) -> None:
    stage, made = series_of_s_o_01(open_stage)
    version = all_series(stage)[0]["version"]
    one = sessions(stage, made["id"])["2027-04-12"]["id"]
    fields = {"series": made["id"], "ifVersion": version}
    changed, cancelled, ended = at_once(
        lambda: stage.tell("Dan", CHANGE, **fields, localTime="10:00", idempotencyKey="change"),
        lambda: stage.cancel("Leo", one),
        lambda: stage.tell("Dan", END, **fields, **{"from": "2027-05-10"}, idempotencyKey="end"),
    )
    done = [answer for answer in (changed, ended) if "series" in answer]
    assert len(done) == 1, (changed, ended)
    assert {answer["code"] for answer in (changed, ended) if "code" in answer} == {"STALE_VERSION"}
    assert cancelled.get("code") in (None, "STALE_VERSION", "WRONG_STATE"), cancelled
    assert_calendars_agree(stage)
    starts = [at for found in all_series(stage) for at in standing(stage, found["id"])]
    assert len({at[:10] for at in starts}) == len(starts)
    assert "2027-04-12T13:00:00Z" not in starts


def test_a_coach_who_moves_to_another_zone_takes_no_session_along(open_stage: OpenStage) -> None:
    """The series keeps the clock on which it was agreed, and so does what follows from it (D-45)."""
    stage, made = series_of_s_o_01(open_stage)
    before = standing(stage, made["id"])
    with stage.theatre.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET zone = 'Asia/Tokyo' WHERE id = %s", (stage.person_ids["Dan"],))
    stage.at("2027-03-02T00:00:00Z")
    assert standing(stage, made["id"])[: len(before) - 1] == before[1:]
    assert_calendars_agree(stage)
    shown = twins(stage, "Dan", made["id"], localTime="10:00")["canChange"]
    after = act(stage, "Dan", CHANGE, made["id"], localTime="10:00")["series"]
    assert (after["timeZone"], standing(stage, after["id"])[0]) == ("America/New_York", "2027-03-15T14:00:00Z")
    assert shown["shifts"][:1] == ["2027-03-29"]
    assert_calendars_agree(stage)
    assert exceptions(stage) == {}
