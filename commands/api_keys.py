"""How an API key reads: `fnk_<organisation>_<random>`, so that the organisation is known before anything is looked up."""

import hashlib
import re
from dataclasses import dataclass

KEY = re.compile(r"fnk_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{32,128})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedKey:
    """An API key as a caller presents it: whose it claims to be, and the digest by which it is found."""

    organisation_id: int
    digest: str


def key_text(organisation_id: int, random: str) -> str:
    """The key as it is shown once. Raises ValueError unless `random` has at least 32 URL-safe characters."""
    key = f"fnk_{organisation_id}_{random}"
    if KEY.fullmatch(key) is None:
        raise ValueError("an API key needs at least 32 URL-safe characters of randomness")
    return key


def read_key(text: str) -> PresentedKey | None:
    """The key in this text; None where it is none."""
    found = KEY.fullmatch(text)
    return None if found is None else PresentedKey(organisation_id=int(found[1]), digest=digest_of(text))


def digest_of(key: str) -> str:
    """What is kept of a key. Its randomness is long, so a plain SHA-256 cannot be guessed backwards."""
    return hashlib.sha256(key.encode()).hexdigest()
