"""The blocks of a page that is run as it is printed, docs/operator.md or docs/new-policy.md, in their order, and the placeholders that they fill and use."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operator.md"
FENCE = re.compile(r"^```(?P<info>\S.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
WHO = re.compile(r"# as (\w+)\n")
PLACEHOLDER = re.compile(r"\$([A-Z_]+)")


@dataclass(frozen=True, kw_only=True)
class Export:
    """Settings, by name."""

    settings: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A console command and what it prints."""

    line: str
    printed: str


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a token of the issuer says, and how the page calls the token."""

    token: str
    said: Any


@dataclass(frozen=True, kw_only=True)
class Query:
    """A document, whose key or token goes with it, and the answer below it."""

    who: str
    text: str
    answer: Any


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A line for the shell, without Fortnight."""

    line: str


Block = Export | Command | Claims | Query | File | Shell


def blocks(text: str) -> Iterator[Block]:
    """All blocks, in order. Raises ValueError for one that would not be run."""
    fences = iter([(found["info"], found["body"]) for found in FENCE.finditer(text)])
    for info, body in fences:
        if info == "sh":
            pairs = (line.removeprefix("export ").split("=", 1) for line in body.splitlines())
            yield Export(settings=dict(pairs))  # pyright: ignore[reportArgumentType]
        elif info == "sh run":
            yield Shell(line=body)
        elif info.startswith("toml "):
            yield File(name=info.removeprefix("toml "), text=body)
        elif info == "console":
            line, printed = body.removeprefix("$ fortnight ").split("\n", 1)
            yield Command(line=line, printed=printed)
        elif info.startswith("json claims of "):
            yield Claims(token=info.removeprefix("json claims of "), said=json.loads(body))
        elif info == "graphql" and (who := WHO.match(body)):
            below, answer = next(fences)
            if below != "json":
                raise ValueError(f"no answer stands below {body}")
            yield Query(who=who[1], text=body[who.end() :], answer=json.loads(answer))
        else:
            raise ValueError(f"nobody runs a block of {info}")


@dataclass
class Known:
    """What the placeholders stand for by now."""

    values: dict[str, str] = field(default_factory=dict[str, str])

    def fill(self, text: str) -> str:
        """The text with the value in the place of each placeholder. Raises KeyError for one that is not known yet."""
        return PLACEHOLDER.sub(lambda found: self.values[found[1]], text)

    def fill_known(self, text: str) -> str:
        """The text with the value in the place of each placeholder that is known."""
        return PLACEHOLDER.sub(lambda found: self.values.get(found[1], found[0]), text)

    def learn(self, printed: str, got: str) -> None:
        """What a command printed is as the page says, and its new placeholders are known."""
        names = PLACEHOLDER.findall(printed)
        pattern = PLACEHOLDER.sub(r"(\\S+)", re.escape(printed).replace(r"\$", "$"))
        found = re.fullmatch(pattern, got)
        assert found is not None, got
        self.values.update(zip(names, found.groups(), strict=True))

    def match(self, printed: Any, got: Any) -> Any:
        """The answer as the page prints it: where it says a placeholder that is new, what was got is its value."""
        match printed, got:
            case dict(), dict():
                return {name: self.match(value, got.get(name)) for name, value in printed.items()}
            case list(), list():
                return [self.match(one, got[place] if place < len(got) else None) for place, one in enumerate(printed)]
            case str(), str() if (new := PLACEHOLDER.fullmatch(printed)) and new[1] not in self.values:
                self.values[new[1]] = got
                return got
            case str(), _:
                return self.fill(printed)
            case _:
                return printed
