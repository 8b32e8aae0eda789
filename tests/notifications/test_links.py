"""Links are personal, for one purpose, signed, and expire with it (D-38)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.keyring import Keyring
from notifications.capability import NotOurs, seal, unseal
from notifications.links import CHANGE, ChangeLink, LinkKind, read_link, seal_link
from tests.notifications.facts import (
    ADDRESSES,
    CHANGEABLE,
    KEYRING,
    STANDS,
    at,
)

LINK = ChangeLink(organisation_id=1, person_id=2, session_id=3, kind=LinkKind.CANCEL, expires_at=at("2027-03-18T10:00"))


def test_a_link_says_what_it_was_made_for() -> None:
    assert read_link(KEYRING, seal_link(KEYRING, LINK)) == LINK


def test_a_link_expires_with_its_purpose_the_join_link_with_the_end() -> None:
    links = ADDRESSES.links_of(CHANGEABLE, organisation_id=1, recipient_id=2, session_id=3)
    ends = {link.kind: read_link(KEYRING, link.url.rpartition("/")[2]).expires_at for link in links}
    assert ends == {
        LinkKind.JOIN: CHANGEABLE.ends_at,
        LinkKind.RESCHEDULE: CHANGEABLE.starts_at,
        LinkKind.CANCEL: CHANGEABLE.starts_at,
    }


def test_every_altered_letter_of_a_token_is_noticed() -> None:
    token = seal_link(KEYRING, LINK)
    for place, letter in enumerate(token):
        for other in ("A", "B", "_", "=", "\n", "é"):
            if other != letter:
                with pytest.raises(NotOurs):
                    read_link(KEYRING, token[:place] + other + token[place + 1 :])


@given(st.text())
def test_anything_else_is_not_ours(token: str) -> None:
    with pytest.raises(NotOurs):
        read_link(KEYRING, token)


@pytest.mark.parametrize("ending", ["=", "A", " ", "\n", "==", "A" * 600])
def test_a_token_has_one_spelling(ending: str) -> None:
    with pytest.raises(NotOurs):
        read_link(KEYRING, seal_link(KEYRING, LINK) + ending)


def test_a_token_of_another_purpose_or_another_secret_is_not_ours() -> None:
    token = seal(KEYRING, "links/mailbox", unseal(KEYRING, CHANGE, seal_link(KEYRING, LINK)))
    with pytest.raises(NotOurs):
        read_link(KEYRING, token)
    with pytest.raises(NotOurs):
        read_link(Keyring(b"another secret of thirty-two bytes."), seal_link(KEYRING, LINK))


def test_a_text_of_ours_with_other_parts_is_not_a_link() -> None:
    with pytest.raises(NotOurs):
        read_link(KEYRING, seal(KEYRING, CHANGE, "1.2"))


def test_with_a_front_end_change_links_lead_there_and_the_join_link_to_us() -> None:
    addresses = replace(ADDRESSES, front_end_url="https://app.example.com")
    join, reschedule, cancel = addresses.links_of(CHANGEABLE, organisation_id=1, recipient_id=2, session_id=3)
    assert join.url.startswith("https://fortnight.example.com/join/")
    assert reschedule.url == "https://app.example.com/sessions/Session-3/reschedule"
    assert cancel.url == "https://app.example.com/sessions/Session-3/cancel"


def test_the_coach_has_a_join_link_of_their_own_and_the_api_shows_the_same_one() -> None:
    (join,) = ADDRESSES.links_of(STANDS, organisation_id=1, recipient_id=9, session_id=3)
    assert read_link(KEYRING, join.url.rpartition("/")[2]).person_id == 9
    assert join.url == ADDRESSES.join_url(organisation_id=1, person_id=9, session_id=3, ends_at=STANDS.ends_at)


def test_a_message_about_no_session_has_no_links() -> None:
    assert ADDRESSES.links_of(CHANGEABLE, organisation_id=1, recipient_id=2, session_id=None) == ()
