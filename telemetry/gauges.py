"""Figures that nobody counts, because they stand somewhere: looked up when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A figure of this moment: its values by what the label says."""

    name: str
    help: str
    label: str
    values: Mapping[str, float]
