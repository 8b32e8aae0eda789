"""`fortnight policy trial FILE`: what a document would decide before it is published (D-63)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from commands.trial.found import Changed, Found, Outcome, Sums
from commands.trial.run import run_trial
from fortnight.faults import Unfit
from models.queries.trial import present
from models.unit import Database
from policy.bills import Bill
from policy.document import Policy, PolicyError, load_policy
from policy.money import Money
from policy.publication import Level, examine
from policy.scenario_file import load_scenarios
from policy.scenarios import Tried, try_scenario


def triable(path: Path) -> Policy:
    """The policy of this file. Raises Unfit where it has an error, because it then decides nothing."""
    try:
        policy = load_policy(text_of(path))
    except PolicyError as fault:
        raise Unfit(f"{path} cannot be a policy: {fault}") from None
    wrong = next((one for one in examine(policy) if one.level is Level.ERROR), None)
    if wrong is not None:
        raise Unfit(f"{path} cannot be published: {'.'.join(wrong.path)}: {wrong.message}")
    return policy


def tried_scenarios(policy: Policy, path: Path) -> list[Tried]:
    """The scenarios of this file, each with what the policy decides. Raises Unfit where one cannot be read."""
    try:
        return [try_scenario(policy, one) for one in load_scenarios(text_of(path), policy)]
    except PolicyError as fault:
        raise Unfit(f"{path}: {fault}") from None


def text_of(path: Path) -> str:
    """What stands in the file. Raises Unfit where it is no text."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unfit(f"{path} cannot be read: {fault}") from None


def scenario_lines(tried: Iterable[Tried]) -> Iterator[str]:
    """Each scenario by its name, and below it what came out; what was expected instead is marked."""
    for one in tried:
        yield one.scenario.name
        for name, value in one.answers.items():
            yield f"  {name.replace('_', ' '):<12} {value}"
        for name, (wanted, came) in one.surprises.items():
            yield f"  EXPECTED     {name.replace('_', ' ')}: {wanted}, not {came}"


def replayed(database: Database, policy: Policy, organisation: int, *, days: int, most: int) -> Iterator[str]:
    """The organisation's last days under the policy, in lines; at most so many sessions one by one. Nothing is written."""
    listed: list[Changed] = []

    def keep(one: Changed) -> None:
        listed.append(one)
        if len(listed) > 2 * most:
            del listed[most:]

    with database.unit(organisation, read_only=True) as unit:
        now = present(unit)
        found = run_trial(unit, policy, since=now - timedelta(days=days), now=now, each=keep)
    yield from _counts(found)
    for title, people in (("members", found.members), ("coaches", found.coaches)):
        if people:
            yield title
            yield from (_person(one) for one in sorted(people.values(), key=lambda sums: sums.id))
    if listed[:most]:
        yield "sessions"
        yield from (_session(one) for one in listed[:most])


def _counts(found: Found) -> Iterator[str]:
    yield f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    counts = {
        "sessions": found.sessions,
        "replayed": found.replayed,
        "set aside": found.set_aside,
        "without kind": found.without_kind,
        "changed": found.whole.sessions,
        "refused": found.refused,
        "allowed": found.allowed,
        "asked": found.asked,
        "at once": found.at_once,
    }
    yield from (f"  {name:<12} {number}" for name, number in counts.items())
    yield from (f"  {item:<12} {change}" for item, change in _sums(found.whole.before, found.whole.after))


def _person(sums: Sums) -> str:
    name = "" if sums.person is None else sums.person.name
    said = "; ".join(f"{item} {change}" for item, change in _sums(sums.before, sums.after))
    return f"  {name}: {sums.sessions} changed{'; ' if said else ''}{said}"


def _session(one: Changed) -> str:
    sums = [f"{item} {change}" for item, change in _sums(one.before.bill, one.after.bill)]
    rows = f"{_rows(one.before)} → {_rows(one.after)}"
    return "; ".join(
        [f"  {one.starts_at:%Y-%m-%d %H:%M} UTC {one.kind} of {one.member.name} with {one.coach.name}", rows, *sums]
    )


def _rows(outcome: Outcome) -> str:
    """By which rows it was decided, or why it was refused."""
    said = [str(one.code or one.row) for one in outcome.answers if one.code or one.row]
    return ", ".join(said) or "-"


def _sums(before: Bill, after: Bill) -> Iterator[tuple[str, str]]:
    """What differs, item by item: what it was, and what it would have been."""
    for item, currency in sorted({*before, *after}):
        one, two = before[item, currency], after[item, currency]
        if one != two:
            yield item.lower(), f"{_amount(one, currency)} → {_amount(two, currency)}"


def _amount(number: int, currency: str) -> str:
    return str(Money(minor_units=number, currency=currency)) if currency else str(number)
