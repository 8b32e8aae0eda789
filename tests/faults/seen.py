"""What an operator sees of the run: log lines, figures and traces, each leading from a request to the mails and pushes it caused."""

import json
from typing import Any

from tests.faults.storm import Theatre
from tests.support.scraping import scrape

REQUEST_ID = "book-after-the-storm"
SAID = {
    "request": {"method", "path", "status", "ms"},
    "work": {"kind", "work", "organisation", "outcome", "attempt", "ms"},
    "works_done_alone": {"kind", "error"},
    "timers_fire_alone": {"kind", "organisation", "error"},
    "work_failed": {"kind", "work", "organisation", "error", "at"},
    "mail_sent": {"organisation", "notification", "code"},
    "mail_not_taken": {"organisation", "notification", "error"},
    "google_connection_failed": {"error"},
    "database_unavailable": {"error", "at"},
    "backlog_unknown": {"error"},
    "leases_of_the_dead_freed": {"works"},
    "child_ended": {"child", "code"},
    "api_ready": {"address"},
    "metrics_ready": {"address"},
}
"""What a line of each event says besides when, where and on whose behalf it was written; any other says nothing else."""
ALWAYS = {"event", "level", "timestamp", "process", "request_id", "trace_id"}


def lines(theatre: Theatre) -> list[dict[str, Any]]:
    """The lines of all processes; one that a kill cut off is left out."""
    found: list[dict[str, Any]] = []
    for line in theatre.stack.log.read_text(errors="replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            assert not line.startswith('{"') or not line.endswith("}"), line
    return found


def wrong_lines(theatre: Theatre) -> list[str]:
    """Lines that say more than ids, codes and numbers, and mails or pushes that name no request."""
    written = lines(theatre)
    assert {line["process"] for line in written} >= {"api", "worker"}
    wrong = [
        f"{sorted(more)} in {line}"
        for line in written
        if (more := line.keys() - ALWAYS - SAID.get(line["event"], set()))
    ]
    return wrong + [
        f"{line} names no request"
        for line in written
        if (line["event"] == "mail_sent" or line.get("kind") in ("MAIL", "GOOGLE_PUSH")) and "request_id" not in line
    ]


def wrong_traces(theatre: Theatre) -> list[str]:
    """What is missing of the way from the booking of this request to its two mails and its event in Google Calendar."""
    collected = theatre.collector
    (request,) = [
        one for one in collected.named("request graphql") if one.attributes["fortnight.request_id"] == REQUEST_ID
    ]
    ours = [one for one in collected.spans if one.trace == request.trace]
    names = [one.name for one in ours]
    wanted = {
        "mutation bookSession": 1,
        "command BookSession": 1,
        "work MAIL": 2,
        "smtp send": 2,
        "work GOOGLE_PUSH": 1,
        "google events.insert": 1,
    }
    wrong = [f"{name}: {names.count(name)}" for name, number in wanted.items() if names.count(name) != number]
    sent = [line for line in lines(theatre) if line["event"] == "mail_sent" and line.get("request_id") == REQUEST_ID]
    if [line["trace_id"] for line in sent] != [request.trace] * 2:
        wrong.append(f"the lines about the mails: {sent}")
    units = {one.id for one in ours if one.name == "unit"}
    wrong += [
        f"{one.name} hangs in the air" for one in ours if one.name.startswith("work ") and one.parent not in units
    ]
    return wrong


def exposition(theatre: Theatre) -> dict[str, str]:
    """What the API and each worker give out as figures."""
    return {
        f"figures at {port}": scrape(port).text
        for port in range(theatre.metrics_port, theatre.metrics_port + 1 + theatre.workers)
    }


def wrong_figures(theatre: Theatre) -> list[str]:
    """Figures that cannot be: nothing decided by the API, work that is due after all was done, or labels beyond number."""
    api = scrape(theatre.metrics_port)
    workers = [scrape(theatre.metrics_port + 1 + place) for place in range(theatre.workers)]
    wrong: list[str] = []
    if api.value("fortnight_decisions_total", command="BookSession", outcome="DONE") < 1:
        wrong.append("the API has decided nothing")
    wrong += [
        f"work is due: {one.labels('fortnight_work_due', 'kind')}"
        for one in workers
        if any(one.value("fortnight_work_due", kind=kind) for kind in ("MAIL", "GOOGLE_PUSH"))
        or one.value("fortnight_reachable", peer="database") != 1
    ]
    if sum(one.value("fortnight_calls_total", peer="smtp", outcome="ok") for one in workers) < 2:
        wrong.append("no mail was counted")
    wrong += [f"{len(one.samples)} samples" for one in (api, *workers) if len(one.samples) > 2000]
    return wrong


def wait_for_its_trace(theatre: Theatre) -> None:
    """The booking of `REQUEST_ID` has gone all its way, and its trace has arrived."""

    def arrived() -> bool:
        names = [one.name for one in theatre.collector.spans if one.trace in _traces(theatre)]
        return names.count("work MAIL") >= 2 and names.count("work GOOGLE_PUSH") >= 1

    theatre.collector.wait_for(arrived, seconds=60)


def _traces(theatre: Theatre) -> set[str]:
    return {
        one.trace
        for one in theatre.collector.named("request graphql")
        if one.attributes.get("fortnight.request_id") == REQUEST_ID
    }
