"""What one document may ask for, and that whatever asks for more is refused by its text, before anything is done with it."""

import time
from typing import Any

import pytest
from graphql import parse

from api.documents import DocumentRefused, Documents, choose
from api.errors import CodedError
from api.limits import Limits, Weight, weigh
from api.schema import schema
from tests.support.collecting import uncollected

LIMITS = Limits()
QUICK_SECONDS = 0.1
"""Of this thread's own processor time; a hundredth of it is usual."""


def weight(text: str, **variables: Any) -> Weight:
    document = parse(text)
    return weigh(schema().core, document, choose(document, None), variables, LIMITS)


def documents() -> Documents:
    return Documents(schema().core, LIMITS, hide_suggestions=True)


def refusal(text: str, **variables: Any) -> tuple[str, str | None]:
    """The code with which a document is refused, and the limit that it names."""
    try:
        documents().prepare(text, None, variables)
    except DocumentRefused as refused:
        return refused.code, None
    except CodedError as refused:
        return refused.code, refused.more.get("limit")
    return "", None


# -- weights --------------------------------------------------------------------------------------------------------------


def test_inner_pages_multiply_outer_ones() -> None:
    document = "{ viewer { sessions(first: 50) { nodes { history(first: 10) { nodes { id } } } } } }"
    assert weight(document).nodes == 50 * (1 + 10)


def test_pages_side_by_side_add_up() -> None:
    document = "{ viewer { sessions(last: 7) { nodes { id } } money(first: 5) { nodes { id } } } }"
    assert weight(document).nodes == 12


def test_a_page_without_a_size_has_20() -> None:
    assert weight("{ viewer { sessions { nodes { id } } } }").nodes == 20


def test_ids_count_one_by_one() -> None:
    assert weight('{ nodes(ids: ["a", "b", "c"]) { id } }').nodes == 3
    assert weight("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 40).nodes == 40


@pytest.mark.parametrize(("size", "nodes"), [(30, 30), (None, 25), (10**9, 100), (-5, 1), ("x", 20)])
def test_sizes_in_variables_count(size: Any, nodes: int) -> None:
    given = {} if size is None else {"first": size}
    document = "query ($first: Int = 25) { viewer { sessions(first: $first) { nodes { id } } } }"
    assert weight(document, **given).nodes == nodes


def test_fragments_count_wherever_they_are_spread() -> None:
    document = "{ viewer { ...P ...P } } fragment P on Viewer { a: sessions(first: 3) { nodes { id } } }"
    assert weight(document) == Weight(depth=4, aliases=2, fields=7, nodes=6, roots=1)


def test_a_fragment_on_an_interface_finds_its_fields() -> None:
    document = '{ node(id: "x") { ... on Session { history(first: 9) { nodes { id } } } } }'
    assert weight(document).nodes == 9


def test_the_scenarios_of_a_front_end_weigh_little() -> None:
    from tests.scenarios import documents as sent

    for text in (sent.BOOK, sent.CHECKS, sent.SESSION_BY_ID, sent.NOTIFICATIONS):
        found = weight(text)
        assert found.depth <= 10
        assert found.fields <= 400
        assert found.nodes <= 400


# -- limits ---------------------------------------------------------------------------------------------------------------


def nested(levels: int, inner: str, *, each: int = 2) -> str:
    """Fragments that spread the next one several times over."""
    spreads = [f"fragment F{n} on Query {{ {inner} {f'...F{n + 1} ' * each} }}" for n in range(levels)]
    return "{ ...F0 } " + " ".join(spreads) + f" fragment F{levels} on Query {{ __typename }}"


HOSTILE = {
    "fragments that explode": (nested(20, ""), "LIMIT_EXCEEDED", "fields"),
    "many fragments that explode": (nested(100, ""), "LIMIT_EXCEEDED", "fields"),
    "fragments that explode with fields": (nested(20, "viewer { id }"), "LIMIT_EXCEEDED", "fields"),
    "fragments that explode with aliases": (nested(20, "a: __typename"), "LIMIT_EXCEEDED", "aliases"),
    "a fragment that spreads itself": ("{ ...A } fragment A on Query { ...A }", "DOCUMENT_INVALID", None),
    "fragments that spread each other": (
        "{ ...A } fragment A on Query { viewer { ...B } } fragment B on Viewer { organisation { ...A } }",
        "DOCUMENT_INVALID",
        None,
    ),
    "deep fields": ("{ viewer " * 17 + "{ id }" + "}" * 17, "LIMIT_EXCEEDED", "depth"),
    "very deep fields": ("{ viewer " * 5000 + "{ id }" + "}" * 5000, "DOCUMENT_SYNTAX", None),
    "deep fragments": (
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ viewer {{ ...F{n + 1} }} }}" for n in range(20))
        + " fragment F20 on Query { __typename }",
        "LIMIT_EXCEEDED",
        "depth",
    ),
    "aliases": ("{ " + " ".join(f"a{n}: __typename" for n in range(51)) + " }", "LIMIT_EXCEEDED", "aliases"),
    "one field again and again": ("{ " + "__typename " * 1900 + "}", "LIMIT_EXCEEDED", "overlaps"),
    "one field again and again, further in": (
        "{ viewer {" + ("sessions { nodes { id " + "status " * 18 + "} } ") * 18 + "} }",
        "LIMIT_EXCEEDED",
        "overlaps",
    ),
    "many fragments in one place": (
        "{ " + " ".join(f"...F{n}" for n in range(100)) + " } "
        + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(100)),
        "LIMIT_EXCEEDED",
        "overlaps",
    ),
    "pages in pages in pages": (
        "{ viewer { sessions(first: 100) { nodes { ledgerEntries(first: 100) { nodes {"
        " session { history(first: 100) { nodes { id } } } } } } } } }",
        "LIMIT_EXCEEDED",
        "nodes",
    ),
    "tokens": ("{ " + " ".join(f"a{n}: __typename" for n in range(900)) + " }", "LIMIT_EXCEEDED", "tokens"),
    "letters": ("{ __typename }" + " " * 65_536, "LIMIT_EXCEEDED", "letters"),
    "comments": ("{ __typename }" + "\n#" * 501, "LIMIT_EXCEEDED", "comments"),
    "many acts at once": (
        "mutation { "
        + " ".join(f'a{n}: rotateFeedUrl(input: {{idempotencyKey: "{n}"}}) {{ __typename }}' for n in range(11))
        + " }",
        "LIMIT_EXCEEDED",
        "roots",
    ),
    "acts hidden in a fragment": (
        "mutation { ...F } fragment F on Mutation { "
        + " ".join(f'a{n}: rotateFeedUrl(input: {{idempotencyKey: "{n}"}}) {{ __typename }}' for n in range(11))
        + " }",
        "LIMIT_EXCEEDED",
        "roots",
    ),
    "lists in lists of the schema": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "DOCUMENT_INVALID",
        None,
    ),
    "unknown arguments": (
        "{ viewer { sessions(" + " ".join(f"a{n}: 1" for n in range(400)) + ") { nodes { id } } } }",
        "DOCUMENT_INVALID",
        None,
    ),
    "deep input": ("{ node(id: " + "{a: " * 3000 + "1" + "}" * 3000 + ") { id } }", "DOCUMENT_SYNTAX", None),
    "an operation that nobody chose": ("query A { __typename }" + nested(20, "").replace("{ ", "query B { ", 1), "OPERATION_NOT_FOUND", None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_milliseconds(name: str) -> None:
    text, code, limit = HOSTILE[name]
    with uncollected():
        began = time.thread_time()
        found = refusal(text)
        spent = time.thread_time() - began
    assert found == (code, limit)
    assert spent < QUICK_SECONDS


def test_operations_that_were_not_chosen_are_weighed_too() -> None:
    with pytest.raises(CodedError, match="fields"):
        documents().prepare("query A { __typename } query B " + nested(20, ""), "A", {})


def test_everything_within_the_limits_passes() -> None:
    fields = " ".join(f"a{n}: __typename" for n in range(50))
    assert refusal(f"{{ {fields} }}") == ("", None)
    assert refusal("{ viewer { sessions(first: 100) { nodes { history(first: 100) { nodes { id } } } } } }") == (
        "",
        None,
    )


def test_a_page_size_that_comes_later_is_weighed_when_it_comes() -> None:
    kept = documents()
    document = """query ($n: Int) { viewer { sessions(first: $n) { nodes { ledgerEntries(first: $n) { nodes {
        session { history(first: $n) { nodes { id } } } } } } } } }"""
    kept.prepare(document, None, {"n": 5})
    with pytest.raises(CodedError) as refused:
        kept.prepare(document, None, {"n": 100})
    assert refused.value.more == {"limit": "nodes", "most": LIMITS.nodes}


# -- documents that are kept ----------------------------------------------------------------------------------------------


def test_a_document_is_parsed_and_validated_once() -> None:
    kept = documents()
    first, _ = kept.prepare("{ viewer { id } }", None, {})
    again, _ = kept.prepare("{ viewer { id } }", None, {})
    assert again is first


def test_of_many_documents_the_latest_are_kept() -> None:
    kept = documents()
    first, _ = kept.prepare("{ viewer { id } }", None, {})
    for number in range(600):
        kept.prepare(f"query Q{number} {{ __typename }}", None, {})
    again, _ = kept.prepare("{ viewer { id } }", None, {})
    assert again is not first


def test_at_most_five_errors_are_told_and_no_names_are_guessed() -> None:
    with pytest.raises(DocumentRefused) as refused:
        documents().prepare("{ " + " ".join(f"viewe{n}" for n in range(9)) + " }", None, {})
    assert len(refused.value.errors) == 5
    assert "Did you mean" not in str(refused.value.errors)


def test_names_are_guessed_where_that_was_asked_for() -> None:
    helpful = Documents(schema().core, LIMITS, hide_suggestions=False)
    with pytest.raises(DocumentRefused) as refused:
        helpful.prepare("{ viewe { id } }", None, {})
    assert "Did you mean" in str(refused.value.errors)
