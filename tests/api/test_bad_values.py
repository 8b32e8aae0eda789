"""Every value of every mutation at the edges of its type, and ids of other things: done or refused with a code, never broken."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

from api.ids import global_id
from tests.api.conftest import FrontEnd, Json
from tests.api.test_bad_text import Place, changed_at, document_of, input_of
from tests.api.test_checks import opened
from tests.api.verbs import DONE, MUTATIONS, WITHOUT_KEY

ALWAYS: Final = ("bookSession", "rescheduleSession", "recordPayment", "createSeries", "sendInvite", "offerRebooking")
"""Not only by `make prove`: times, amounts and dates from people."""
FARTHEST: Final = 2**63 - 1
EDGES: Final[dict[str, tuple[Any, ...]]] = {
    "Int": (-(2**31), -1, 0, 1, 2**31 - 1),
    "Boolean": (True, False),
    "DateTime": (
        "1899-12-31T23:59:59.999999Z",
        "1900-01-01T00:00:00Z",
        "2027-03-28T01:30:00+14:00",
        "8999-12-31T23:59:59.999999Z",
        "9000-01-01T00:00:00Z",
    ),
    "Date": ("1899-12-31", "1900-01-01", "2027-02-28", "2028-02-29", "8999-12-31", "9000-01-01"),
    "Duration": ("PT0S", "-PT1S", "PT1S", "P1D", "P999999999D", "PT999999999999H"),
    "LocalTime": ("00:00", "23:59:59", "23:59:59.999999", "24:00"),
    "TimeZone": ("UTC", "Pacific/Apia", "Etc/GMT+12", "Mars/Olympus", "../../etc/passwd"),
    "ID": tuple(
        global_id(kind, key)
        for kind in ("Person", "Session", "SessionKind", "Task", "Nothing")
        for key in (0, 1, 2, FARTHEST, -1)
    ),
}
"""Values of each scalar at its edges; whether the verb takes them is its own matter."""


@pytest.mark.parametrize(
    "verb", [verb if verb in ALWAYS else pytest.param(verb, marks=pytest.mark.slow) for verb in MUTATIONS]
)
def test_no_value_breaks_anything(open_front_end: Callable[..., FrontEnd], verb: str) -> None:
    front_end = opened(open_front_end)
    given = MUTATIONS[verb][0](front_end)
    who = next((name for name, answer in MUTATIONS[verb][1].items() if answer == DONE), "Sam")
    for place, edge in _edges(input_of(verb), given):
        if verb not in WITHOUT_KEY:
            given["idempotencyKey"] = front_end.key()
        answer = front_end.answer(who, document_of(verb), input=changed_at(given, place, edge))
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"VARIABLES_INVALID"}, (place, edge, answer)


def _edges(kind: GraphQLInputObjectType, given: Json, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Where a value stands, or could stand, with each edge of its type."""
    for name, field in kind.fields.items():
        if name == "idempotencyKey":
            continue
        named, here = get_named_type(field.type), (*at, name)
        if isinstance(named, GraphQLInputObjectType) and is_input_object_type(named):
            yield from _inside(named, given.get(name), here)
        else:
            place = (*here, 0) if _is_list(field) else here
            yield from ((place, edge) for edge in EDGES.get(named.name, ()))


def _is_list(field: GraphQLInputField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def _inside(kind: GraphQLInputObjectType, value: Any, at: Place) -> Iterator[tuple[Place, Any]]:
    """The values of an input within the input, or of the first of several."""
    if isinstance(value, dict):
        yield from _edges(kind, value, at)
    elif isinstance(value, list) and value:
        yield from _edges(kind, value[0], (*at, 0))
