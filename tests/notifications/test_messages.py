"""What each message says, as golden files; and that hostile words stay words."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.catalogue import CATALOGUE
from notifications.links import LinkKind
from notifications.render import TEMPLATES, render
from policy.terms import NoticeCode, Side
from tests.notifications.cases import (
    CASES,
    GOLDEN,
    Case,
    files_of,
)
from tests.notifications.facts import (
    CHANGEABLE,
    EVA,
    LOST,
    MAYA,
)

ANY_WORDS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
HOSTILE_WORDS = st.one_of(ANY_WORDS, st.text("<>\"'&{}%\r\n\u202e\u2066\x00 a", min_size=1, max_size=60))


class Structure(HTMLParser):
    """Tags with their attributes' names, in order: what is markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.hrefs: list[str | None] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.hrefs += [value for name, value in attrs if name in ("href", "src")]

    def handle_decl(self, decl: str) -> None:
        self.tags.append((decl, ()))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


@pytest.mark.parametrize("name", CASES)
def test_each_message_says_what_its_golden_file_says(name: str) -> None:
    for ending, content in files_of(CASES[name]).items():
        assert content == (GOLDEN / f"{name}.{ending}").read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{name}.{ending}" for name in CASES for ending in ("txt", "html")
    }


def test_every_code_has_a_message_with_a_golden_file_and_every_template_is_used() -> None:
    assert set(CATALOGUE) == set(NoticeCode) == {case.code for case in CASES.values()}
    named = {message.template for message in CATALOGUE.values()}
    assert named == {path.name for path in TEMPLATES.iterdir() if not path.name.startswith(("layout", "parts"))}


def test_a_late_loss_names_the_next_bookable_month_in_the_accounting_zone_not_the_readers() -> None:
    """31 March 23:00 UTC is 1 April in London (M9, D-08), whatever the reader's own zone says."""
    said = render(NoticeCode.LATE_LOSS, LOST, replace(MAYA, zone="America/New_York"), ())
    assert "in April 2027." in said.text
    assert "in April 2027." in said.html


def test_times_are_given_in_the_readers_zone_with_its_name() -> None:
    said = render(NoticeCode.BOOKED, CHANGEABLE, replace(MAYA, zone="Pacific/Auckland"), ())
    assert "Thursday 18 March 2027, 23:00–23:45\n  Pacific/Auckland, UTC+13" in said.text


def test_the_members_booking_mail_carries_join_and_change_links_the_coachs_only_the_join_link() -> None:
    """M3, M22."""
    assert [link.kind for link in CASES["booked-member"].render().links] == [
        LinkKind.JOIN,
        LinkKind.RESCHEDULE,
        LinkKind.CANCEL,
    ]
    assert [link.kind for link in CASES["booked-coach"].render().links] == [LinkKind.JOIN]


@pytest.mark.parametrize("name", CASES)
def test_every_link_stands_in_text_and_html_and_no_other_address_does(name: str) -> None:
    rendered = CASES[name].render()
    urls = [link.url for link in rendered.links]
    assert sorted(href or "" for href in Structure(rendered.html).hrefs) == sorted(urls)
    assert sorted(re.findall(r"https://fortnight\S+", rendered.text)) == sorted(urls)


def test_a_note_of_staff_is_a_reason_for_the_log_and_is_not_mailed() -> None:
    rendered = CASES["cancelled-member-by-staff"].render()
    assert "phone" not in rendered.text + rendered.html


@given(kind=HOSTILE_WORDS, coach=HOSTILE_WORDS, member=HOSTILE_WORDS, note=HOSTILE_WORDS)
def test_whatever_people_are_called_the_markup_is_ours_alone(kind: str, coach: str, member: str, note: str) -> None:
    names = {"kind_name": f"k{kind}", "coach_name": f"c{coach}", "member_name": f"m{member}"}
    hostile = replace(CHANGEABLE, **names, note=f"n{note}", by="COACH")
    for reader in (MAYA, EVA):
        tame = replace(CHANGEABLE, kind_name="K", coach_name="C", member_name="M", note="N", by="COACH")
        expected = Structure(Case(NoticeCode.BOOKED, tame, replace(reader, name="R")).render().html)
        rendered = Case(NoticeCode.BOOKED, hostile, replace(reader, name=coach)).render()
        found = Structure(rendered.html)
        assert found.tags == expected.tags
        assert found.hrefs == expected.hrefs
        assert len(rendered.subject.splitlines()) == 1


@given(words=HOSTILE_WORDS)
def test_no_word_turns_the_direction_of_what_stands_beside_it(words: str) -> None:
    facts = replace(CHANGEABLE, kind_name=words, coach_name=words, note=words, by="COACH")
    rendered = Case(NoticeCode.BOOKED, facts, MAYA).render()
    for form in (rendered.subject, rendered.text, rendered.html):
        assert not re.search("[\u202a-\u202e\u2066\u2067\u200e\u200f\u061c]", form)
        assert form.count("\u2068") == form.count("\u2069")


def test_a_name_written_from_right_to_left_stands_in_isolates() -> None:
    rendered = CASES["hostile-coach"].render()
    assert "\u2068שלום {{ 7 * 7 }}\u2069" in rendered.text
    assert "<bdi>שלום {{ 7 * 7 }}</bdi>" in rendered.html


def test_the_same_facts_give_the_same_message_to_the_byte() -> None:
    case = CASES["booked-member"]
    assert case.render() == case.render()
    assert case.reader.side is Side.MEMBER
