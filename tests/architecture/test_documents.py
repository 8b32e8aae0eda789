"""What the documents name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOMS, ROOT, WORKSHOPS

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PLACES = (*ROOMS, *WORKSHOPS, "docs", ".ci")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(rf"(?<![\w/.-])((?:{'|'.join(re.escape(place) for place in PLACES)})/[\w./-]*[\w/])")
MADE = re.compile(r"\.(data|venv)(/|$)")


def links(text: str) -> Iterator[str]:
    """Relative links."""
    for target in LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            yield target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    broken = [target for target in links(document.read_text("utf-8")) if not (document.parent / target).exists()]
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(document: Path) -> None:
    named = NAMED.findall(document.read_text("utf-8"))
    assert [name for name in named if not there(name) and not MADE.search(name)] == []


def there(name: str) -> bool:
    """Whether a file, a module, or something in a module is there: `commands/transaction.carry_out`."""
    path = ROOT / name
    if path.exists() or path.with_name(f"{path.name}.py").exists():
        return True
    module = path.with_name(f"{path.name.partition('.')[0]}.py")
    return module.exists() and path.suffix.removeprefix(".") in module.read_text("utf-8")


def test_the_newcomers_question_is_answered_with_three_file_names() -> None:
    """It asks where the 48-hour rule is, where it is decided, and where it is shown."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    place = text.index("48-hour")
    answer = text[place : place + 1500]
    for file in ("policy/presets/mastered.toml", "policy/change_table.py", "api/types/action_check.py"):
        assert file in answer, file
        assert (ROOT / file).exists(), file


def texts() -> Iterator[Path]:
    """Every text file of the project."""
    ignored = {
        ".git",
        ".venv",
        ".data",
        "__pycache__",
        ".ruff_cache",
        ".hypothesis",
        "node_modules",
        ".coverage",
        "build",
    }
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and not ignored & set(path.relative_to(ROOT).parts)
            and path.suffix not in {".png", ".ico", ".gz", ".woff2"}
        ):
            yield path


def test_no_file_names_a_machine_or_a_home() -> None:
    places = re.compile(r"(?<![\w.])/(?:home|Users|work|root)/\w")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in texts()
        if places.search(path.read_text("utf-8", errors="replace")) and path != Path(__file__)
    ]
    assert found == []
