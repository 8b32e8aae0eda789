"""The README's blocks: each query, who asks it, and the answer that is printed below it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"```graphql\n# as (?P<who>\w+)\n(?P<query>.*?)```\n```json\n(?P<answer>.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop of the tour."""

    who: str
    query: str
    answer: Any


def stops(text: str) -> list[Stop]:
    """All stops, in order."""
    return [
        Stop(who=block["who"], query=block["query"], answer=json.loads(block["answer"] or "null"))
        for block in BLOCK.finditer(text)
    ]
