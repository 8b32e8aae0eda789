"""The edits of the source, and what the last run over them found."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EDITS, FOUND = HERE / "edits.toml", HERE / "found.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """In `path`, `new` in place of `old` breaks these `rules`: it `says` how. `tests` must notice."""

    rules: tuple[str, ...]
    says: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def line(self) -> str:
        """Where the line stands that is edited, as the present source has it: `path:number`."""
        before, _ = (ROOT / self.path).read_text().split(self.old)
        return f"{self.path}:{before.count(chr(10)) + 1}"

    def made_in(self, root: Path) -> str:
        """The edit stands in the copy under `root`; returns what stood there. Raises ValueError unless `old` is there exactly once."""
        path = root / self.path
        before = path.read_text()
        if before.count(self.old) != 1:
            raise ValueError(f"{self.path} has this {before.count(self.old)} times: {self.old!r}")
        path.write_text(before.replace(self.old, self.new))
        return before


def edits() -> list[Edit]:
    """All of them, in the order of the file."""
    return [
        Edit(
            rules=tuple(one["rules"]),
            says=one["says"],
            path=one["path"],
            old=one["old"],
            new=one["new"],
            tests=tuple(one["tests"]),
        )
        for one in tomllib.loads(EDITS.read_text())["edit"]
    ]


def found() -> dict[str, tuple[str, ...]]:
    """For each edit, by what it says: the tests that failed when it was made."""
    return {says: tuple(tests) for says, tests in tomllib.loads(FOUND.read_text()).items()} if FOUND.exists() else {}
