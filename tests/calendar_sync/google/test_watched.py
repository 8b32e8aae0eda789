"""Calls to Google are told by their method and by what became of them, in words of ours alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.google import oauth
from calendar_sync.google.client import GoogleCalendar
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import (
    Changed,
    ConnectionBroken,
    Duplicate,
    Gone,
    GoogleFailure,
    Permanent,
    SyncExpired,
    Transient,
)
from calendar_sync.google.watched import kind_of
from calendar_sync.google_double import GoogleDouble
from calendar_sync.google_double.faults import FaultKind
from telemetry import figures
from telemetry.prometheus import Prometheus
from tests.calendar_sync import google_support
from tests.calendar_sync.google.test_client import BODY
from tests.calendar_sync.google_support import EVA, real_now


@pytest.fixture
def kept() -> Iterator[Prometheus]:
    keeper = Prometheus()
    figures.keep(keeper)
    yield keeper
    figures.keep(None)


def calls(keeper: Prometheus) -> dict[tuple[str, str], float]:
    """How often each method had each outcome."""
    return {
        (one.labels["call"], one.labels["outcome"]): one.value
        for family in keeper.registry.collect()
        for one in family.samples
        if one.name == "fortnight_calls_total"
    }


def test_each_call_is_counted_with_what_became_of_it(
    kept: Prometheus, double: GoogleDouble, calendar: GoogleCalendar
) -> None:
    before = calls(kept)
    event = calendar.insert(BODY)
    with pytest.raises(Duplicate):
        calendar.insert(BODY)
    double.fail_next(FaultKind.BACKEND_ERROR, "events.patch")
    with pytest.raises(Transient):
        calendar.patch(event["id"], {"summary": "Coaching"}, etag=event["etag"])
    with pytest.raises(GoogleFailure):
        oauth.refresh(GoogleEndpoints.loopback(double.url), "a token that nobody gave")
    calendar.delete(event["id"])
    assert {call: number for call, number in calls(kept).items() if number != before.get(call)} == {
        ("oauth.token", "connection_broken"): 1,
        ("events.insert", "ok"): 1,
        ("events.insert", "duplicate"): 1,
        ("events.patch", "transient"): 1,
        ("events.delete", "ok"): 1,
    }


def test_a_token_by_a_service_account_is_counted_like_any_other(kept: Prometheus) -> None:
    robot, public_key = google_support.robot()
    with GoogleDouble(delegates={robot.email: public_key}) as double:
        endpoints = replace(GoogleEndpoints.loopback(double.url), service_account=robot)
        assert oauth.access(endpoints, oauth.delegated(EVA)).access_token
        with double.fail_while(FaultKind.UNAVAILABLE, "oauth.token"), pytest.raises(Transient):
            oauth.access(endpoints, oauth.delegated(EVA))
        skewed = replace(robot, clock=lambda: real_now() - timedelta(hours=1))
        with pytest.raises(ConnectionBroken):
            oauth.access(replace(endpoints, service_account=skewed), oauth.delegated(EVA))
    assert calls(kept) == {
        ("oauth.token", "ok"): 1,
        ("oauth.token", "tokenServerUnavailable"): 1,
        ("oauth.token", "connection_broken"): 1,
    }


@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (Transient("timeout"), "timeout"),
        (Transient("connectionLost"), "connectionLost"),
        (Transient("whatever Google calls it", status=503), "transient"),
        (Permanent("maya@example.com", status=400), "permanent"),
        (ConnectionBroken("invalid_grant"), "connection_broken"),
        (SyncExpired("fullSyncRequired"), "sync_expired"),
        (Gone("notFound"), "gone"),
        (Changed("conditionNotMet"), "changed"),
    ],
)
def test_a_failure_is_one_of_few_words_whatever_google_calls_it(failure: GoogleFailure, word: str) -> None:
    assert kind_of(failure) == word
