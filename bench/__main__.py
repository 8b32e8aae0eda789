"""All figures, each beside its floor of the same run: `make bench`, or `python -m bench page openings` for some of them.

`python -m bench outage=100000 endurance=50000` measures the long forms of those.
"""

import sys
from importlib import import_module

from fortnight.logs import set_up
from fortnight.settings import LogFormat, LogLevel

PARTS = (
    "bookings",
    "page",
    "openings",
    "feed",
    "pushes",
    "series",
    "statements",
    "trial",
    "watching",
    "outage",
    "endurance",
)


def main(names: list[str]) -> None:
    """Print each part's figures as they come."""
    set_up(LogFormat.AUTO, LogLevel.WARNING, process="bench")
    for part in names or PARTS:
        name, _, size = part.partition("=")
        sized = (int(size),) if size else ()
        figures: dict[str, float] = import_module(f"bench.{name}").measure(*sized)
        print(f"## {name}")
        for label, value in figures.items():
            print(f"{label:28} {value:12,.3f}")
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
