"""Cases as facts of a decision."""

from typing import Any

from pydantic import TypeAdapter

from policy.facts import Case

_CASE: TypeAdapter[Case] = TypeAdapter(Case)


def case_of(found: dict[str, Any] | None) -> Case | None:
    """The case of `models.queries.cases.CASE`, if there is one."""
    return None if found is None else _CASE.validate_python(found)
