"""`fortnight policy trial FILE`: what a document would decide before it is published (D-63)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fortnight.faults import Unfit
from policy.document import Policy, PolicyError, load_policy
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
