"""How an enum of the rule book is shown in the contract."""

from dataclasses import dataclass, field
from enum import EnumMeta


@dataclass(frozen=True, slots=True)
class Named:
    """An enum of the rule book as the contract shows it: what it is, and a sentence for members that need one."""

    enum: EnumMeta
    description: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    name: str | None = None
