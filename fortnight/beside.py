"""What a command that somebody types finds beside it: the demo's Google of the server that runs over the same data folder."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fortnight.settings import Settings

NAME: Final = "demo-google.txt"


@contextmanager
def shown_to_commands(data: Path, address: str) -> Generator[None]:
    """For as long as the block lasts, commands over this data folder know where the demo's Google answers."""
    file = data / NAME
    file.write_text(address, "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def beside_what_runs(settings: Settings) -> Settings:
    """The settings, with the Google of the running demo for sandboxes where they name none themselves."""
    if settings.google_sandbox_url is not None:
        return settings
    try:
        address = (settings.data / NAME).read_text("utf-8")
    except OSError:
        return settings
    return settings.model_copy(update={"google_sandbox_url": address})
