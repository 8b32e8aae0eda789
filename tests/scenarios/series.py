"""Series on the stage: the documents that a front end sends about them, and how a row of SCENARIOS.md begins."""

from datetime import UTC, datetime
from typing import Any

from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.step import Json

PLAN = """
fragment PlanParts on SeriesPlan { allowed code message digest shifts
  occurrences { date startsAt endsAt trouble } conflicts { date startsAt trouble alternatives { startsAt } }
  released { session startsAt } }
"""
SERIES = """
fragment SeriesParts on Series { id version status cadence firstDate localTime timeZone until
  predecessor { id } successor { id } coach { name } member { name } }
"""
REFUSAL = """
fragment SeriesRefusalParts on Refusal { __typename code message ... on SeriesRefused { plan { ...PlanParts } }
  ... on InvalidInput { path } }
"""


def _verb(name: str) -> str:
    title = name[0].upper() + name[1:]
    return (
        PLAN
        + SERIES
        + REFUSAL
        + f"mutation Do($input: {title}Input!) {{ {name}(input: $input) {{\n"
        + f"  ... on {title}Success {{ series {{ ...SeriesParts }} }} ...SeriesRefusalParts }} }}"
    )


CREATE, CHANGE, END, PROPOSE = (_verb(name) for name in ("createSeries", "changeSeries", "endSeries", "proposeSplit"))
PREVIEW = PLAN + "query Preview($input: SeriesTerms!) { previewSeries(input: $input) { ...PlanParts } }"
ALL = (
    SERIES
    + "query All { viewer { series(first: 100) { nodes { ...SeriesParts"
    + " sessions(first: 100) { nodes { id startsAt status originalDate series { id } } } } } } }"
)
TWINS = (
    PLAN
    + """
query Twins($id: ID!, $from: Date, $firstDate: Date, $localTime: LocalTime, $month: Date) { node(id: $id) { ... on Series {
  canChange(from: $from, firstDate: $firstDate, localTime: $localTime) { ...PlanParts }
  canEnd(from: $from) { ...PlanParts } canSplit(firstDate: $month) { ...PlanParts } } } }
"""
)


def mento(open_stage: OpenStage, *, at: str = "2027-02-15T12:00:00Z", starts_on: str = "2027-03-01") -> Stage:
    """Mento: Leo with Dan; the membership begins on the first of March."""
    stage = open_stage("mento", at=at)
    stage.coach("Dan", kinds=["one_on_one"])
    stage.member("Leo", "Dan", startsOn=starts_on)
    return stage


def terms(stage: Stage, **more: Any) -> Json:
    """Every other Monday at nine in New York, from the first of March."""
    return {
        "kind": stage.kinds["one_on_one"],
        "coach": stage.gid("Dan"),
        "member": stage.gid("Leo"),
        "firstDate": "2027-03-01",
        "localTime": "09:00",
        **more,
    }


def create(stage: Stage, who: str = "Dan", **more: Any) -> Json:
    return stage.tell(who, CREATE, **{**terms(stage), "idempotencyKey": stage.key(), **more})


def preview(stage: Stage, who: str = "Dan", **more: Any) -> Json:
    return stage.ask(who, PREVIEW, input=terms(stage, **more))["previewSeries"]


def series_of_s_o_01(open_stage: OpenStage) -> tuple[Stage, Json]:
    """The series of S-O-01."""
    stage = mento(open_stage)
    answer = create(stage)
    assert "series" in answer, answer
    stage.deliver()
    return stage, answer["series"]


def all_series(stage: Stage, who: str = "Dan") -> list[Json]:
    """The person's series with their sessions, the oldest first."""
    return stage.ask(who, ALL)["viewer"]["series"]["nodes"]


def sessions(stage: Stage, series: str, who: str = "Dan") -> dict[str, Json]:
    """The sessions of a series by their original date."""
    found = next(one for one in all_series(stage, who) if one["id"] == series)
    return {one["originalDate"]: one for one in found["sessions"]["nodes"]}


def standing(stage: Stage, series: str) -> list[str]:
    """When the sessions of a series that stand start."""
    return [one["startsAt"] for one in sessions(stage, series).values() if one["status"] == "SCHEDULED"]


def act(stage: Stage, who: str, document: str, series: str, **more: Any) -> Json:
    """A verb on a series, with its present version."""
    version = next(one["version"] for one in all_series(stage, who) if one["id"] == series)
    return stage.tell(who, document, series=series, ifVersion=version, idempotencyKey=stage.key(), **more)


def twins(stage: Stage, who: str, series: str, **more: Any) -> Json:
    return stage.ask(who, TWINS, id=series, **more)["node"]


def in_feed(stage: Stage, who: str, first: str, last: str) -> list[str]:
    """When a calendar program shows something of the person's feed, within these days."""
    starts = sorted(stage.feed(who))
    return [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in starts if first <= f"{at:%Y-%m-%d}" < last]


def feed_text(stage: Stage, who: str) -> str:
    """The person's feed, its long lines made whole."""
    return stage.theatre.get(stage.feed_url(who)).text.replace("\r\n ", "")


def in_google(stage: Stage, who: str, first: str, last: str) -> list[str]:
    """When the coach sees a session in Google Calendar, within these days."""
    shown = stage.theatre.double.do("agenda", email=stage.email(who), until=f"{last}T00:00:00Z")
    return [at for event in shown if first <= (at := event["start"]["dateTime"])[:10] < last]


def masters(stage: Stage, who: str = "Dan") -> list[Json]:
    """The recurring events in the coach's Google Calendar, the oldest first."""
    return [event for event in stage.theatre.double.events(stage.email(who)) if event.get("recurrence")]


def exceptions(stage: Stage, who: str = "Dan") -> dict[str, str]:
    """The instances that differ from their recurring event: by original start, when they are, or that they were deleted."""
    found = [
        event for event in stage.theatre.double.events(stage.email(who), deleted=True) if "recurringEventId" in event
    ]
    return {
        _utc(event["originalStartTime"]): _utc(event["start"]) if "start" in event else event["status"]
        for event in found
    }


def _utc(told: Json) -> str:
    return f"{datetime.fromisoformat(told['dateTime']).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
