"""A code and its facts become subject, text and HTML: one wording per code, told in two forms that cannot drift apart."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from commands.notices import NoticeFacts
from notifications.catalogue import message_for
from notifications.links import Link, LinkKind
from notifications.safe import isolated, line
from notifications.words import Reader, words_of
from policy.terms import NoticeCode

TEMPLATES: Final = Path(__file__).parent / "templates"
WIDTH: Final = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as its reader gets it; `links` are those that stand in it."""

    subject: str
    text: str
    html: str
    links: tuple[Link, ...]


def render(code: NoticeCode, facts: NoticeFacts, reader: Reader, links: Sequence[Link]) -> Rendered:
    """The message in the reader's zone, with these links; the same input gives the same output, byte for byte."""
    message, words = message_for(code), words_of(facts, reader)
    said: dict[str, Any] = {field.name: getattr(words, field.name) for field in fields(words)}
    said["links"] = dict.fromkeys(LinkKind) | {link.kind: link.url for link in links}
    subject = line(_environment("txt").from_string(message.subject).render(said))
    return Rendered(
        subject=subject,
        text=_form("txt", message.template, said | {"subject": subject}),
        html=_form("html", message.template, said | {"subject": subject}),
        links=tuple(links),
    )


def _form(form: str, template: str, said: dict[str, Any]) -> str:
    parts = {"layout": f"layout.{form}.jinja", "parts": f"parts.{form}.jinja"}
    return _environment(form).get_template(template).render(said | parts)


@cache
def _environment(form: str) -> Environment:
    """Everything is escaped in HTML; a word that a template misspells is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=form == "html",  # noqa: S701  the other form is plain text, in which nothing is markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["name"] = _bidi_name if form == "html" else isolated
    environment.filters["filled"] = _filled
    environment.filters["quoted"] = _quoted
    return environment


def _bidi_name(name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(escape(line(name)))


def _filled(words: str) -> str:
    """A paragraph of text in lines of at most 76 characters."""
    return textwrap.fill(" ".join(words.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def _quoted(words: str) -> str:
    """Somebody else's words, each line marked as theirs."""
    rows = [part for row in words.splitlines() for part in textwrap.wrap(row, WIDTH - 2) or [""]]
    return "\n".join(f"> {row}".rstrip() for row in rows)
