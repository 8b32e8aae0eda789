"""Whether a parameter or a body field is of the type that the discovery document names."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.moments import is_instant, is_moment

Schemas = Mapping[str, Json]

_INT32: Final = (-(2**31), 2**31 - 1)
_INT64: Final = (-(2**63), 2**63 - 1)


def check_text(name: str, text: str, about: Json) -> Any:
    """The typed value of a query parameter. Raises Refused (400) when the document does not allow it."""
    if (allowed := about.get("enum")) is not None and text not in allowed:
        raise _bad_parameter(name, text)
    match about["type"]:
        case "boolean":
            if text not in ("true", "false"):
                raise _bad_parameter(name, text)
            return text == "true"
        case "integer":
            return _integer(name, text, about)
        case _:
            if about.get("format") == "date-time" and not is_instant(text):
                raise _bad_parameter(name, text)
            return text


def check_body(body: Json, schema: str, schemas: Schemas) -> Json:
    """The body, when every field of it is known to `schema` and of its type. Raises Refused (400).

    `null` stands for "clear this field" anywhere.
    """
    _check({"$ref": schema}, body, schema[0].lower() + schema[1:], schemas)
    return body


def _check(about: Json, value: Any, place: str, schemas: Schemas) -> None:
    if value is None:
        return
    if "$ref" in about:
        about = {"type": "object", **schemas[about["$ref"]]}
    match about["type"]:
        case "object":
            _check_object(about, value, place, schemas)
        case "array":
            if not isinstance(value, list):
                raise _bad_field(place, "an array")
            for number, item in enumerate(value):
                _check(about["items"], item, f"{place}[{number}]", schemas)
        case "any":
            return
        case kind:
            _check_plain(about, kind, value, place)


def _check_object(about: Json, value: Any, place: str, schemas: Schemas) -> None:
    if not isinstance(value, dict):
        raise _bad_field(place, "an object")
    properties, others = about.get("properties", {}), about.get("additionalProperties")
    for name, item in value.items():
        inner = properties.get(name, others)
        if inner is None:
            raise Refused(
                400,
                "invalid",
                f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Cannot find field.",
            )
        _check(inner, item, f"{place}.{name}", schemas)


def _check_plain(about: Json, kind: str, value: Any, place: str) -> None:
    wanted = f"{kind}/{about['format']}" if "format" in about else kind
    if not _KINDS[wanted](value):
        raise _bad_field(place, wanted)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_integer(value: Any, bounds: tuple[int, int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and bounds[0] <= value <= bounds[1]


def _is_written_integer(value: Any) -> bool:
    # Google writes 64-bit numbers as text, because JavaScript would round them.
    return isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value) is not None and _is_integer(int(value), _INT64)


_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "string/date": _is_date,
    "string/date-time": lambda value: isinstance(value, str) and is_moment(value),
    "string/int64": _is_written_integer,
    "boolean": lambda value: isinstance(value, bool),
    "integer/int32": lambda value: _is_integer(value, _INT32),
}


def _integer(name: str, text: str, about: Json) -> int:
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise _bad_parameter(name, text)
    value = int(text)
    lowest, highest = int(about.get("minimum", _INT32[0])), int(about.get("maximum", _INT32[1]))
    if not lowest <= value <= highest:
        raise _bad_parameter(name, text)
    return value


def _bad_parameter(name: str, text: str) -> Refused:
    return Refused(400, "invalidParameter", f"Invalid value '{text[:80]}' for parameter '{name}'.", location=name)


def _bad_field(place: str, wanted: str) -> Refused:
    return Refused(400, "invalid", f"Invalid value at '{place}': expected {wanted}.")
