"""The short way for attributes: whatever is asked, and whatever goes wrong, it answers what graphql-core itself answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    execute,
    parse,
)
from graphql.execution import ExecutionResult, Executor
from hypothesis import given
from hypothesis import strategies as st

from api.auth import Bearer
from api.context import operation
from api.executor import DirectExecutor, attribute_reader
from api.schema import schema
from tests.api.conftest import FrontEnd, services_over
from tests.scenarios import documents as sent


class Broken:
    """An attribute that cannot be read."""


@dataclass
class Thing:
    """A source with attributes, some of which raise when they are read."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        value = self.values[name]
        if isinstance(value, Broken):
            raise ValueError(f"{name} is broken")
        return value


def fields() -> dict[str, GraphQLField]:
    kinds: dict[str, Any] = {
        "name": GraphQLString,
        "number": GraphQLInt,
        "needed": GraphQLNonNull(GraphQLInt),
        "letter": LETTER,
        "numbers": GraphQLList(GraphQLNonNull(GraphQLInt)),
        "child": THING,
        "heir": GraphQLNonNull(THING),
        "things": GraphQLNonNull(GraphQLList(GraphQLNonNull(THING))),
        "gaps": GraphQLList(THING),
        "someone": NAMED,
    }
    return {name: GraphQLField(kind, resolve=attribute_reader(name)) for name, kind in kinds.items()}


def is_a_thing(*_: object) -> str:
    return "Thing"


LETTER = GraphQLEnumType("Letter", {"A": "a", "B": "b"})
NAMED = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLString)}, resolve_type=is_a_thing)
THING = GraphQLObjectType("Thing", fields, interfaces=[NAMED])
SCHEMA = GraphQLSchema(THING)
DOCUMENT = parse("""
query {
  ...Leaves again: number child { ...Leaves heir { needed __typename } }
  heir { ...Leaves things { number needed child { needed } } }
  things { ...Leaves gaps { needed ... on Thing { letter } } }
  gaps { name heir { numbers } } someone { name ... on Thing { needed gaps { needed } } }
}
fragment Leaves on Thing { name number needed letter numbers }
""")

LEAVES = {
    "name": st.one_of(st.none(), st.just("Thing"), st.just(7), st.builds(Broken)),
    "number": st.one_of(st.none(), st.integers(-5, 5), st.just("x"), st.just(2**40), st.builds(Broken)),
    "needed": st.one_of(st.integers(-5, 5), st.none(), st.builds(Broken)),
    "letter": st.one_of(st.none(), st.sampled_from("abz"), st.builds(Broken)),
    "numbers": st.one_of(st.none(), st.lists(st.one_of(st.integers(0, 3), st.none()), max_size=3), st.just(7)),
}


def things(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    maybe = st.one_of(st.none(), inner, st.builds(Broken))
    values = st.fixed_dictionaries(
        {
            **LEAVES,
            "child": maybe,
            "heir": maybe,
            "things": st.one_of(st.none(), st.lists(st.one_of(inner, st.none()), max_size=3)),
            "gaps": st.one_of(st.none(), st.lists(maybe.filter(lambda one: not isinstance(one, Broken)), max_size=3)),
            "someone": maybe,
        }
    )
    return st.builds(Thing, values)


EMPTY = {**dict.fromkeys(THING.fields), "name": "Thing", "needed": 1}
SOURCES = st.recursive(st.builds(Thing, st.just(EMPTY)), things, max_leaves=6)


def never(_value: object) -> Any:
    return False


def executed(source: object, executor: type[Executor[Any]]) -> Any:
    result: Any = execute(
        SCHEMA, DOCUMENT, root_value=source, executor_class=executor, is_awaitable=never, is_async_iterable=never
    )
    return told(result)


def told(result: ExecutionResult) -> Any:
    """Data and errors, but for the wording of what nobody but ourselves can have caused."""
    faults = ("Cannot return null", "terable")
    errors = [
        (
            next((fault for fault in faults if fault in error.message), error.message),
            error.path,
            [(place.line, place.column) for place in error.locations or ()],
        )
        for error in result.errors or ()
    ]
    return result.data, errors


@given(SOURCES)
def test_any_tree_of_objects_is_answered_the_same(source: Thing) -> None:
    assert executed(source, DirectExecutor) == executed(source, Executor)


EVERYTHING = """
query Everything($id: ID!) { viewer { id roles person { name timeZone } sessions { nodes { id version kind { code duration }
  canCancel { allowed consequence { summary credits { kind entitlement { id kind { code } available } } } }
  policy { parameters { key value source } rows { id notice } reasons { code terms { take } } }
  decision { row facts { now limits { row at } } timeline { row } } } edges { cursor node { id } } pageInfo { hasNextPage } }
  entitlements { nodes { id entries { nodes { kind decision { row } session { id } } } } } calendar { feedUrl } }
  node(id: $id) { __typename id ... on Session { coach { name } } } missing: node(id: "x") { id } sessions { nodes { id } } }
"""


@pytest.mark.parametrize(
    "document",
    [EVERYTHING, sent.CHECKS, sent.SESSION_BY_ID, sent.ENTITLEMENTS, sent.NOTIFICATIONS, sent.KINDS],
)
def test_what_front_ends_ask_is_answered_the_same(front_end: FrontEnd, document: str) -> None:
    platform = front_end.platform
    session = platform.booked("Maya", "coaching", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    services = services_over(platform.database, front_end.keyring)
    caller = Bearer(organisation_id=platform.organisation_id, person_id=platform.people["Maya"])
    answers: list[Any] = []
    for executor in (DirectExecutor, Executor):
        with operation(services, caller, "request") as context:
            context.begin_query()
            variables = {"id": front_end.session(session)}
            result = schema().run(
                parse(document),
                context,
                variables=variables,
                operation_name=None,
                hide_suggestions=True,
                executor=executor,
            )
            answers.append(told(result))
    assert answers[0] == answers[1]
    assert answers[0][0] is not None
