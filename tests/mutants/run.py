"""`python -m tests.mutants.run [WORD…]`: makes each edit in a copy of the source, runs its tests there, and writes down which failed.

With words: only the edits of these rules, or that say one of them; the others keep what was found before.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.edits import FOUND, ROOT, Edit, edits, found

FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
SECONDS = 300


def copy_to(folder: Path) -> None:
    """The files that the project keeps stand in the folder, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def failing(folder: Path, tests: Sequence[str]) -> tuple[str, ...]:
    """Which of these tests fail in the copy. Raises RuntimeError where they could not be run."""
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--tb=no", "--no-header", *tests]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return tuple(dict.fromkeys(one.partition("[")[0] for one in FAILED.findall(done.stdout)))


def notice(folder: Path, edit: Edit) -> tuple[str, ...]:
    """The tests that fail while the edit stands in the copy; afterwards the copy is as it was."""
    before = edit.made_in(folder)
    try:
        return failing(folder, edit.tests)
    finally:
        (folder / edit.path).write_text(before)


def wanted(edit: Edit, words: Sequence[str]) -> bool:
    """Whether the edit is asked for."""
    return not words or any(word in edit.rules or word in edit.says for word in words)


def write(results: dict[str, tuple[str, ...]]) -> None:
    """What was found stands in the file, in the order of the edits."""
    lines = [
        "# Written by `python -m tests.mutants.run`: the tests that failed when the source was edited. Do not edit."
    ]
    for edit in edits():
        if edit.says in results:
            named = ", ".join(f'"{one}"' for one in results[edit.says])
            lines.append(f'"{edit.says}" = [{named}]')
    FOUND.write_text("\n".join(lines) + "\n")


def main(words: Sequence[str]) -> int:
    """Run what is asked for; the answer is how many edits nobody noticed."""
    asked = [edit for edit in edits() if wanted(edit, words)]
    results = found()
    with tempfile.TemporaryDirectory(prefix="fortnight-mutants-") as name:
        folder = Path(name)
        copy_to(folder)
        broken = failing(folder, sorted({test for edit in asked for test in edit.tests}))
        if broken:
            raise RuntimeError(f"these fail as it is: {', '.join(broken)}")
        for edit in asked:
            results[edit.says] = notice(folder, edit)
            sys.stdout.write(f"{', '.join(edit.rules)}: {edit.says}: {len(results[edit.says])} of {len(edit.tests)}\n")
            sys.stdout.flush()
            write(results)
    return sum(set(results[edit.says]) != set(edit.tests) for edit in asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
