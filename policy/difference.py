"""What two policies state differently: path by path, for every kind of session or for one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policy.document import Policy, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that differs. `kind`: the only kind of session for which it does; None: for all. `before`, `after`: None: not stated."""

    path: str
    kind: str | None
    before: str | None
    after: str | None


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Everything in which the second policy differs from the first, by path; what differs alike for all kinds once."""
    kinds = [*before.kinds, *(kind for kind in after.kinds if kind not in before.kinds)]
    shared = [kind for kind in kinds if kind in before.kinds and kind in after.kinds]
    found: dict[tuple[str, str | None, str | None], list[str]] = {}
    for kind in shared:
        for one in _of_kind(before, after, kind):
            found.setdefault(one, []).append(kind)
    return (
        *_kinds(before, after, kinds),
        *(
            Difference(path=path, kind=kind, before=old, after=new)
            for (path, old, new), concerned in sorted(found.items(), key=lambda item: item[0][0])
            for kind in ([None] if concerned == shared else concerned)
        ),
    )


def _kinds(before: Policy, after: Policy, kinds: list[str]) -> Iterator[Difference]:
    """The kinds of session that only one of the two has, and the policy's own name."""
    if before.name != after.name:
        yield Difference(path="name", kind=None, before=before.name, after=after.name)
    for kind in kinds:
        if kind not in before.kinds or kind not in after.kinds:
            old, new = before.kinds.get(kind), after.kinds.get(kind)
            yield Difference(
                path=f"kinds.{kind}",
                kind=kind,
                before=None if old is None else old.name,
                after=None if new is None else new.name,
            )


def _of_kind(before: Policy, after: Policy, kind: str) -> Iterator[tuple[str, str | None, str | None]]:
    old, new = _flat(before, kind), _flat(after, kind)
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield path, old.get(path), new.get(path)


def _flat(policy: Policy, kind: str) -> dict[str, str]:
    """Everything that a session of the kind is booked under: path to text."""
    document: dict[str, Any] = json.loads(resolve(policy, kind).json_text)
    found = {"currency": document["currency"]}
    for name, value in document["values"].items():
        found[name] = _text(value["value"])
        if "rule" in value:
            found[f"{name}.rule"] = value["rule"]
    for section in ("kind", "reasons", "tallies"):
        found |= _under(section, document[section])
    for row in document["rows"]:
        found |= _under(f"change.rules.{row['id']}", row)
    for side, action in {(row["by"], row["action"]): None for row in document["rows"]}:
        asked = [row["id"] for row in document["rows"] if (row["by"], row["action"]) == (side, action)]
        found[f"change.rules of {side} {action}"] = ", ".join(asked)
    return found


def _under(path: str, raw: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw.items():
        if isinstance(value, dict):
            found |= _under(f"{path}.{name}", value)
        elif (path, name) != ("kind", "code"):
            found[f"{path}.{name}"] = _text(value)
    return found


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
