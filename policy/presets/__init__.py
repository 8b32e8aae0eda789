"""The published rules of each platform as data, and what all of them share."""

from functools import cache
from importlib.resources import files

PRESETS = ("aceup", "mastered", "mento", "thrive", "topmate")


@cache
def preset_text(name: str) -> str:
    """The document of a preset, or `base`: the reasons and rows that hold where a policy states nothing else."""
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
