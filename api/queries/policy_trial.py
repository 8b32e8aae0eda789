"""policyTrial: what a document would decide before it is published (D-63)."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

from api.context import Info
from api.inputs import InputRefused, bounded, word, words
from api.types.amounts import MoneyInput
from api.types.policy_trial import PolicyScenarioInput, PolicyTrial, ScenarioMoveInput, scenario_result
from policy.document import Policy, PolicyError, load_policy
from policy.facts import Move
from policy.layering import LONGEST_DOCUMENT
from policy.money import Money
from policy.publication import Level, examine
from policy.scenario_file import MOST_MOVES, MOST_SCENARIOS, YEARS
from policy.scenarios import Scenario, try_scenario

MOST_TALLIES = 20
MOST_COUNTED = 10_000
LARGEST_AMOUNT = 100_000_000_000

Document = Annotated[str, strawberry.argument(description="TOML, at most 100,000 characters.")]
Scenarios = Annotated[
    list[PolicyScenarioInput], strawberry.argument(description="At most 100; none where only a replay is wanted.")
]

NONE: list[PolicyScenarioInput] = []


def policy_trial(info: Info, document: Document, scenarios: Scenarios = NONE) -> PolicyTrial | None:
    """For staff: what a document would decide as the policy in force; nothing is published and nothing is written."""
    info.context.require_staff()
    found = _triable(document)
    asked = [_scenario(found, one, place) for place, one in enumerate(bounded(scenarios, MOST_SCENARIOS, "scenarios"))]
    return PolicyTrial(scenarios=[scenario_result(try_scenario(found, one)) for one in asked], tried=found)


def _triable(document: str) -> Policy:
    """The policy of the document. Raises InputRefused where it could not be published, because it then decides nothing."""
    text = words(document, "document", longest=LONGEST_DOCUMENT)
    try:
        found = load_policy(text or "")
    except PolicyError as fault:
        raise InputRefused(str(fault), "document", *fault.path) from None
    wrong = next((one for one in examine(found) if one.level is Level.ERROR), None)
    if wrong is not None:
        raise InputRefused(wrong.message, "document", *wrong.path)
    return found


def _scenario(policy: Policy, given: PolicyScenarioInput, place: int) -> Scenario:
    path = ("scenarios", str(place))
    if given.kind not in policy.kinds:
        raise InputRefused(f"One of {', '.join(policy.kinds)} is wanted.", *path, "kind")
    moves = bounded(given.moves, MOST_MOVES, *path, "moves")
    tallies = bounded(given.tallies, MOST_TALLIES, *path, "tallies")
    return Scenario(
        name=word(given.name, *path, "name") or "",
        kind=given.kind,
        act=given.act,
        by=given.by,
        starts_at=_instant(given.starts_at, *path, "startsAt"),
        at=_instant_or_none(given.at, *path, "at"),
        booked_at=_instant_or_none(given.booked_at, *path, "bookedAt"),
        to=_instant_or_none(given.to, *path, "to"),
        reason=word(given.reason, *path, "reason"),
        claim=word(given.claim, *path, "claim"),
        on_behalf_of_member=given.on_behalf_of_member,
        moves=tuple(_move(one, *path, "moves", str(number)) for number, one in enumerate(moves)),
        tallies={one.tally: _counted(one.number, *path, "tallies") for one in tallies},
        zone=ZoneInfo(given.time_zone or "UTC"),
        fee=_money(policy, given.fee, *path, "fee"),
        paid=_money(policy, given.paid, *path, "paid"),
    )


def _move(given: ScenarioMoveInput, *path: str) -> Move:
    return Move(by=given.by, at=_instant(given.at, *path, "at"), starts_at_before=_instant(given.from_, *path, "from"))


def _instant(at: datetime, *path: str) -> datetime:
    if at.year not in YEARS:
        raise InputRefused(f"A scenario lies in the years {YEARS.start} to {YEARS.stop - 1}.", *path)
    return at


def _instant_or_none(at: datetime | None, *path: str) -> datetime | None:
    return None if at is None else _instant(at, *path)


def _counted(number: int, *path: str) -> int:
    if not 0 <= number <= MOST_COUNTED:
        raise InputRefused(f"A whole number from 0 to {MOST_COUNTED} is wanted.", *path)
    return number


def _money(policy: Policy, given: MoneyInput | None, *path: str) -> Money | None:
    """The amount, in the policy's currency. Raises InputRefused for any other."""
    if given is None:
        return None
    if given.currency != policy.currency or not 0 <= given.minor_units <= LARGEST_AMOUNT:
        raise InputRefused(f"An amount in {policy.currency} is wanted.", *path)
    return Money(minor_units=given.minor_units, currency=given.currency)
