"""All figures, each beside its floor of the same run: `make bench`, or `python -m bench page openings` for some of them."""

import sys
from importlib import import_module

PARTS = ("bookings", "page", "openings", "feed", "pushes", "statements")


def main(names: list[str]) -> None:
    """Print each part's figures as they come."""
    for name in names or PARTS:
        figures: dict[str, float] = import_module(f"bench.{name}").measure()
        print(f"## {name}")
        for label, value in figures.items():
            print(f"{label:28} {value:12,.3f}")
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
