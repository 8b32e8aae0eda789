"""What went wrong, in words that its owner can do something with."""

import pytest

from calendar_sync.google.words import FOR_GOOD, LATER, TOO_MANY, in_words


def test_without_an_error_there_is_nothing_to_say():
    assert in_words(None) is None


@pytest.mark.parametrize(
    "error", ["invalid_grant", "authError (HTTP 401)", "tokenUnreadable", "insufficientPermissions (HTTP 403)"]
)
def test_what_the_coach_can_mend_says_so(error: str):
    assert "connect" in (in_words(error) or "")


@pytest.mark.parametrize(
    "error", ["backendError (HTTP 503)", "connectionLost", "timeout", "unreadableAnswer", "somethingNew"]
)
def test_what_passes_is_said_to(error: str):
    assert in_words(error) == LATER


def test_limits_and_refusals_are_told_apart():
    assert in_words("quotaExceeded (HTTP 403)") == TOO_MANY
    assert in_words("forbidden (HTTP 403)") == FOR_GOOD
