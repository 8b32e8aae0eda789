"""What a reader of feeds says about itself in HTTP: which versions it has, and whether it reads gzip (RFC 9110). Pure."""

import re
from typing import Final

_ENTITY_TAG: Final = re.compile(r'(?:W/)?"([!#-~\x80-\xff]*)"')
GZIP: Final = "-gzip"
"""What tells the entity tag of the compressed form from that of the plain one."""


def entity_tag(version: str, *, compressed: bool) -> str:
    """The strong entity tag of one form of a version: equal tags, equal octets."""
    return f'"{version}{GZIP if compressed else ""}"'


def has_version(if_none_match: str, version: str) -> bool:
    """Whether an If-None-Match names this version in either form: by `*`, in a list, strong or weak (RFC 9110 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return any(tag.removesuffix(GZIP) == version for tag in _ENTITY_TAG.findall(if_none_match))


def reads_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding allows gzip; its own entry stands before `*` (RFC 9110 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (one.strip() for one in part.split(";"))
        weights[coding] = _weight(parameters)
    named = [weights[coding] for coding in ("gzip", "x-gzip") if coding in weights]
    return max(named) > 0 if named else weights.get("*", 0) > 0


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
