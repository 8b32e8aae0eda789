"""Errors: each has a code; what nobody expected says no more than a request id, and stands in the log once under it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, create_engine
from structlog.testing import capture_logs

from models.unit import Database
from tests.api.conftest import NEW_MEDIA, FrontEnd
from tests.api.documents import CANCEL

SESSIONS = "{ viewer { sessions { nodes { id canCancel { allowed } } } } }"
SECRET = "the password is in here"


def broken(*_args: Any, **_more: Any) -> Any:
    raise RuntimeError(SECRET)


@pytest.fixture
def front_end(front_end: FrontEnd) -> FrontEnd:
    """Maya with seven sessions of Eva's."""
    platform = front_end.platform
    platform.publish('extends = "thrive"\n')
    platform.coach("Cora", "session")
    platform.member("Kai", "Cora")
    platform.pack("Kai", "session", 7)
    for hour in range(9, 16):
        platform.booked("Kai", "session", "Cora", datetime(2027, 3, 18, hour, tzinfo=UTC))
    return front_end


def test_what_nobody_expected_is_masked_and_logged_once_under_the_requests_id(front_end: FrontEnd) -> None:
    document = "{ " + " ".join(f"a{n}: policy {{ number }}" for n in range(7)) + " }"
    with patch("api.queries.policies.version_of_number", broken), capture_logs() as logs:
        response = front_end.post("Kai", document, None, **{"x-request-id": "request-0001"})
    assert response.status_code == 200
    errors = response.json()["errors"]
    assert len(errors) == 5
    for error in errors:
        assert error["extensions"] == {"code": "INTERNAL", "requestId": "request-0001"}
    assert SECRET not in response.text
    [log] = logs
    assert (log["event"], log["log_level"], log["request_id"]) == ("unexpected_error", "error", "request-0001")
    assert str(log["exc_info"]) == SECRET


def test_a_fault_outside_of_any_field_is_masked_too(front_end: FrontEnd) -> None:
    with patch("api.execution.is_query", broken), capture_logs() as logs:
        response = front_end.post("Kai", "{ __typename }")
    assert response.status_code == 500
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert [log["event"] for log in logs] == ["unexpected_error"]


def test_a_fault_while_the_request_is_read_is_masked_too(front_end: FrontEnd) -> None:
    with patch("api.http.endpoint.SignIn", broken), capture_logs() as logs:
        response = front_end.post("Kai", "{ __typename }")
    assert response.status_code == 500
    assert SECRET not in response.text
    assert [log["event"] for log in logs] == ["unexpected_error"]


def test_a_developer_is_told_what_it_was(open_front_end: Callable[..., FrontEnd]) -> None:
    front_end = open_front_end(debug=True)
    with patch("api.queries.own.viewer_of", broken), capture_logs():
        [error] = front_end.answer("Sam", "{ viewer { id } }")["errors"]
    assert SECRET in error["extensions"]["exception"]
    helpful = front_end.answer("Sam", "{ viewe { id } }")["errors"]
    assert "Did you mean" in helpful[0]["message"]


def test_refusals_are_no_errors_and_are_not_logged(front_end: FrontEnd) -> None:
    node = front_end.ask("Kai", SESSIONS)["viewer"]["sessions"]["nodes"][0]
    with capture_logs() as logs:
        refused = front_end.tell("Kai", CANCEL, session=node["id"], ifVersion=7, idempotencyKey="a")
        assert refused["code"] == "STALE_VERSION"
        assert front_end.codes("Kai", "{ sessions { nodes { id } } }") == ["FORBIDDEN"]
        assert front_end.codes("Kai", "{ nothing }") == ["DOCUMENT_INVALID"]
        assert front_end.codes(None, "{ policy { number } }") == ["UNAUTHENTICATED"]
    assert logs == []


def test_without_its_database_it_says_that_it_is_away_for_a_moment(
    open_front_end: Callable[..., FrontEnd], owner: Engine
) -> None:
    front_end = open_front_end()
    away = Database(create_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere", isolation_level="AUTOCOMMIT"))
    other = open_front_end(database=away)
    other.platform = front_end.platform
    with capture_logs() as logs:
        response = other.post("Sam", "{ viewer { id } }")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert "nowhere" not in response.text
    assert [log["event"] for log in logs] == ["database_unavailable"]
    with capture_logs():
        assert other.client.get("/readyz").status_code == 503
    assert other.client.get("/healthz").status_code == 200


def test_a_resolver_reads_and_never_writes(front_end: FrontEnd) -> None:
    def writing(operation: Any) -> None:
        operation.unit.connection.exec_driver_sql("UPDATE person SET name = 'Changed'")

    with patch("api.queries.own.viewer_of", writing), capture_logs():
        assert front_end.codes("Kai", "{ viewer { id } }") == ["INTERNAL"]
    assert front_end.ask("Kai", "{ viewer { person { name } } }")["viewer"]["person"]["name"] == "Kai"


def test_answers_in_both_media_types_have_the_same_errors(front_end: FrontEnd) -> None:
    for media in (NEW_MEDIA, "application/json"):
        response = front_end.post("Kai", "{ sessions { nodes { id } } }", accept=media)
        assert response.status_code == 200
        [error] = response.json()["errors"]
        assert error == {
            "message": "This is for the staff of the organisation.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["sessions"],
            "extensions": {"code": "FORBIDDEN"},
        }
