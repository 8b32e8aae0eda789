"""Objects that were read together: what one of them asks for is read once for all of them."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Siblings:
    """The keys of a page, and what was found out about all of them."""

    keys: Sequence[int]
    _known: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])

    def ask(self, question: Hashable, read: Callable[[Sequence[int]], Mapping[int, T]]) -> Mapping[int, T]:
        """The answers to `question` by key: read by the first who asks, known to the others."""
        if question not in self._known:
            self._known[question] = read(self.keys)
        return self._known[question]
