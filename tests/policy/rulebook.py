"""docs/rules.md: each published rule, where it stands in the data or the code, and what fails when that is edited.

Written by `python -m tests.policy.rulebook`. What holds a rule is found by running, never by names: a place of the data is held by the
first probe that tells an edit of it from the preset (neighbours of the presets), a line of the code by the tests that failed when it was
edited (`python -m tests.mutants.run`). Scenarios are named beside it, because they are about the rule.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy.document import Policy, PolicyError, resolve
from policy.tasks import TEMPLATES
from tests.mutants.edits import Edit, edits, found
from tests.policy.behaviours import BEHAVIOURS
from tests.policy.cast import preset
from tests.policy.conduct.around import WORK
from tests.policy.conduct.probes import Probe
from tests.policy.neighbours import neighbours
from tests.policy.scenes import Rules

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "rules.md"
PLATFORMS = {"M": "mastered", "O": "mento", "A": "aceup", "T": "topmate", "V": "thrive"}
RULE = re.compile(r"\b[MOATV]\d+\b")
KINDS = {"H": "enforced", "D": "supported", "W": "work for people", "I": "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published rule. `scenarios`: those that are about it."""

    id: str
    type: str
    says: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value, row, reason or kind of a preset that cites the rule, and the probe that fails when it is edited, if one does."""

    where: str
    probe: str | None


def published() -> list[Published]:
    """All of them, in the order of the catalogue."""
    raw = tomllib.loads((HERE / "data" / "rules.toml").read_text())
    return [
        Published(id=key, type=one["type"], says=one["says"], scenarios=(*one["scenarios"],))
        for key, one in raw.items()
    ]


TASK = "task "
"""Work for people is a place too: the template that cites the rule."""


def cited(policy: Policy) -> Mapping[str, list[str]]:
    """For each rule the places of this preset that cite it, as the neighbours name them."""
    found: dict[str, list[str]] = {}
    for where, rules in _citations(policy):
        for rule in RULE.findall(rules):
            found.setdefault(rule, []).append(where)
    return found


def _citations(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from policy.cites.items()
    for row in policy.own.rules or ():
        yield f"row {row['id']}", row.get("rule") or ""
    for kind in policy.kinds.values():
        yield f"kind {kind.code}", kind.rule or ""
    resolved = resolve(policy, next(iter(policy.kinds)))
    for code, terms in resolved.reasons.items():
        yield f"reason {code}", terms.rule or ""
    for template in TEMPLATES.values():
        yield f"{TASK}{template.code}", template.rule


def told(name: str, wanted: set[str]) -> Mapping[str, str]:
    """For each of these places of a preset the first probe that fails when it is edited, by a run over its neighbours."""
    probes = list(BEHAVIOURS[name]())
    found: dict[str, str] = {}
    for one in neighbours(name):
        for where in _places(one.where):
            if where in wanted and where not in found:
                probe = _first_to_fail(one.load, probes)
                if probe is not None:
                    found[where] = probe.name
    return found


def _places(where: str) -> tuple[str, ...]:
    """A quantity is edited kind by kind; two rows are exchanged together."""
    return (where, where.split(" of ", maxsplit=1)[0])


def _first_to_fail(load: Any, probes: list[Probe]) -> Probe | None:
    try:
        rules = Rules(load())
    except PolicyError:
        return None
    return next((one for one in probes if _answer(one, rules) != one.expected), None)


def _answer(one: Probe, rules: Rules) -> str:
    try:
        return one.ask(rules)
    except LookupError as hole:
        return str(hole)


def places() -> Mapping[str, list[Place]]:
    """For each rule where its own platform states it."""
    found: dict[str, list[Place]] = {}
    for letter, name in PLATFORMS.items():
        own = {rule: where for rule, where in cited(preset(name)).items() if rule.startswith(letter)}
        probes = told(name, {one for where in own.values() for one in where})
        for rule, wheres in own.items():
            found[rule] = [
                Place(where=where, probe=WORK if where.startswith(TASK) else probes.get(where)) for where in wheres
            ]
    return found


def lines() -> Mapping[str, list[Edit]]:
    """For each rule the edits of the code that break it and were noticed by all of their tests."""
    noticed, kept = found(), dict[str, list[Edit]]()
    for edit in edits():
        if set(noticed.get(edit.says, ())) == set(edit.tests):
            for rule in edit.rules:
                kept.setdefault(rule, []).append(edit)
    return kept


def bearing() -> Mapping[str, list[str]]:
    """The tests that bear the id of a scenario."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests" / "scenarios").glob("test_*.py")):
        for test, letter, number in re.findall(r"def (test_S_([A-Z])_(\d+)\w*)", path.read_text()):
            found.setdefault(f"S-{letter}-{number}", []).append(f"{path.stem}::{test}")
    return found


def page() -> str:
    """The whole document."""
    held, tests, rules, code = places(), bearing(), published(), lines()
    sections = [_section(letter, name, rules, held, tests, code) for letter, name in PLATFORMS.items()]
    return "\n\n".join([HEAD.strip(), _count(rules, held, tests, code), *sections]) + "\n"


HEAD = """
# What holds each published rule

Written by `python -m tests.policy.rulebook > docs/rules.md`; do not edit. **In the data**: where the platform's preset states the
rule, and after the arrow the probe of `tests/policy/conduct` that fails when that place is edited, found by running the neighbours
of the preset; for work that a rule asks of people, its task template. **In the code**: a line without which the rule does not hold, what the edit of it does, and after the arrow the tests that
failed when it was made (`python -m tests.mutants.run`). **Scenarios**: the acceptance tests about the rule; a rule that has only these is
marked *by scenario*. A rule that has none of them is *not held yet*.
"""


def _count(
    rules: list[Published],
    held: Mapping[str, list[Place]],
    tests: Mapping[str, list[str]],
    code: Mapping[str, list[Edit]],
) -> str:
    heads = [
        "| Platform | Rules | Held by an edit that is noticed | By scenario only | Not held yet | Text |",
        "|---|---|---|---|---|---|",
    ]
    for letter, name in PLATFORMS.items():
        own = [one for one in rules if one.id.startswith(letter)]
        states = [state(one, held, tests, code) for one in own]
        counts = [states.count(word) for word in ("held", "by scenario", "not held yet", "text")]
        heads.append(f"| {name.capitalize()} | {len(own)} | {' | '.join(map(str, counts))} |")
    return "\n".join(heads)


def state(
    rule: Published,
    held: Mapping[str, list[Place]],
    tests: Mapping[str, list[str]],
    code: Mapping[str, list[Edit]],
) -> str:
    """How far the rule is held."""
    if rule.id in code or any(place.probe for place in held.get(rule.id, ())):
        return "held"
    if any(scenario in tests for scenario in rule.scenarios):
        return "by scenario"
    return "text" if rule.type == "I" else "not held yet"


def _section(
    letter: str,
    name: str,
    rules: list[Published],
    held: Mapping[str, list[Place]],
    tests: Mapping[str, list[str]],
    code: Mapping[str, list[Edit]],
) -> str:
    rows = [
        f"## {name.capitalize()}",
        "",
        "| Rule | It says | In the data → probe | In the code → tests | Scenarios | State |",
        "|---|---|---|---|---|---|",
    ]
    for rule in rules:
        if rule.id.startswith(letter):
            data = "<br>".join(said(place) for place in held.get(rule.id, ())) or "–"
            edited = "<br>".join(told_of(edit) for edit in code.get(rule.id, ())) or "–"
            scenarios = ", ".join(_scenario(one, tests) for one in rule.scenarios) or "–"
            word = f"{state(rule, held, tests, code)} ({KINDS[rule.type]})"
            rows.append(f"| {rule.id} | {rule.says} | {data} | {edited} | {scenarios} | {word} |")
    return "\n".join(rows)


def said(place: Place) -> str:
    """A place and its probe, as the page has them."""
    return f"`{place.where}` → {place.probe or 'no edit of it is told by a probe'}".replace("|", "\\|")


def told_of(edit: Edit) -> str:
    """An edit and the tests that noticed it, as the page has them."""
    names = ", ".join(f"`{one.partition('::')[2]}`" for one in edit.tests)
    return f"`{edit.path}`: {edit.says} → {names}"


def _scenario(one: str, tests: Mapping[str, list[str]]) -> str:
    return one if one in tests else f"{one} (no test)"


if __name__ == "__main__":
    sys.stdout.write(page())
