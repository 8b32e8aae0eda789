"""Requests that nobody has written: Schemathesis makes them from schema.graphql, and real ids are put where ids belong."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import schemathesis
from graphql import (
    IntValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from api.schema import printed, schema

REAL_IDS = 0.85
"""How many of the ids are of something that there is."""
SCALARS = {
    "DateTime": ["2027-03-18T10:00:00Z", "2027-03-19T10:00:00+13:00", "2027-03-02T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "now"],
    "Date": ["2027-03-18", "0001-01-01", "9999-12-31", "2027-02-30"],
    "Duration": ["PT1H", "PT0S", "P1D", "-PT5M", "P9999999D", "soon"],
    "LocalTime": ["09:00", "24:00", "00:00", "25:00"],
    "TimeZone": ["Europe/London", "Pacific/Apia", "UTC", "Europe/Atlantis", "../x"],
    "URL": ["https://example.com", "javascript:alert(1)", ""],
}  # fmt: skip
for _name, _values in SCALARS.items():
    schemathesis.graphql.scalar(_name, st.sampled_from(_values).map(nodes.String))


class _RealIds(Visitor):
    """Most values of the type ID become one of these."""

    def __init__(self, types: TypeInfo, ids: Sequence[str], random: Random) -> None:
        super().__init__()
        self._types, self._ids, self._random = types, ids, random

    def enter_string_value(self, node: StringValueNode, *_: Any) -> StringValueNode | None:
        return self._replaced(node)

    def enter_int_value(self, node: IntValueNode, *_: Any) -> StringValueNode | None:
        return self._replaced(node)

    def _replaced(self, _node: object) -> StringValueNode | None:
        wanted = self._types.get_input_type()
        if wanted is None or get_named_type(wanted).name != "ID" or self._random.random() > REAL_IDS:
            return None
        return StringValueNode(value=self._random.choice(self._ids))


class Requests:
    """Documents for every field of Query and Mutation, in rounds; the same seed gives the same ones."""

    def __init__(self) -> None:
        found = schemathesis.graphql.from_file(printed())
        operations: list[Any] = list(found.get_all_operations())
        self._strategies = [one.ok().as_strategy() for one in operations]

    def round(self, ids: Sequence[str], *, seed: int, each: int) -> Iterator[str]:
        """So many documents of each field."""
        random = Random(seed)
        for strategy in self._strategies:
            for document in _examples(strategy, random, each):
                yield _with_ids(document, ids, random)


def _examples(strategy: Any, random: Random, number: int) -> list[str]:
    made: list[str] = []
    unshrunk = settings(
        max_examples=number,
        phases=[Phase.generate],
        derandomize=False,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=[*HealthCheck],  # pyright: ignore[reportArgumentType],
    )

    @unshrunk
    @given(strategy)
    def collect(case: Any) -> None:
        made.append(case.body)

    seed(random.getrandbits(32))(collect)()
    return made


def _with_ids(text: str, ids: Sequence[str], random: Random) -> str:
    types = TypeInfo(schema().core)
    return print_ast(visit(parse(text), TypeInfoVisitor(types, _RealIds(types, ids, random))))
