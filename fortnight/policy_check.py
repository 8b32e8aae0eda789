"""`fortnight policy check FILE`: what is wrong in a policy document, what is odd, and the help page that it makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fortnight.faults import Unfit
from policy.document import PolicyError, load_policy
from policy.help_text import help_page
from policy.publication import Level, Problem, examine


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a document came to. `page`: None where it cannot be read at all."""

    problems: tuple[Problem, ...]
    page: str | None

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be published."""
        return any(one.level is Level.ERROR for one in self.problems)

    def lines(self) -> Iterator[str]:
        """Errors and findings, each in one line: level, where, what, and the name that acknowledges a finding."""
        for one in sorted(self.problems, key=lambda problem: problem.level is Level.FINDING):
            where = ".".join(one.path) or "document"
            name = f"  [{one.name}]" if one.level is Level.FINDING else ""
            yield f"{one.level.lower():<8} {where}: {one.message}{name}"


def check_file(path: Path) -> Checked:
    """The document of this file, checked as publishing would. Raises Unfit where it is no text."""
    try:
        document = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unfit(f"{path} cannot be read: {fault}") from None
    try:
        policy = load_policy(document)
    except PolicyError as fault:
        wrong = Problem(level=Level.ERROR, name="unreadable", path=fault.path, message=fault.message)
        return Checked(problems=(wrong,), page=None)
    return Checked(problems=examine(policy), page=help_page(policy))
