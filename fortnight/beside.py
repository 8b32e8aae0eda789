"""What a command that somebody types finds beside it: the addresses of the server that runs over the same data folder."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fortnight.settings import Settings

NAME: Final = "demo-google.txt"


@contextmanager
def shown_to_commands(data: Path, *, google: str, base: str) -> Generator[None]:
    """For as long as the block lasts, commands over this data folder know where the demo's Google and the pages answer."""
    file = data / NAME
    file.write_text(f"{google}\n{base}\n", "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def beside_what_runs(settings: Settings) -> Settings:
    """The settings, with the addresses of what runs where they name none themselves: the demo's Google for sandboxes, and ours."""
    try:
        google, base = (settings.data / NAME).read_text("utf-8").split()
    except (OSError, ValueError):
        return settings
    found = {} if settings.google_sandbox_url is not None else {"google_sandbox_url": google}
    if not {"host", "port", "base_url"} & settings.model_fields_set:
        found["base_url"] = base
    return settings.model_copy(update=found)
