"""Published documents and stored resolutions as policies, each read once per process: both are immutable (D-41)."""

from functools import lru_cache
from typing import Any

from policy.document import Overlay, Policy, ResolvedPolicy, load_overlay, load_policy, resolve


@lru_cache(maxsize=256)
def policy_of(document: str, number: int) -> Policy:
    """The policy of a published document."""
    return load_policy(document, version=number)


@lru_cache(maxsize=256)
def overlay_of(contract: str, document: str, number: int) -> Overlay:
    """What the document of a contract or a plan states on top of a published one."""
    return load_overlay(contract, policy_of(document, number))


@lru_cache(maxsize=1024)
def resolved_for(
    document: str, number: int, kind: str, contract: str | None = None, plan: str | None = None
) -> ResolvedPolicy:
    """The values that a session of this kind is booked under, with their sources; `contract`, `plan`: their documents, if there are any."""
    policy = policy_of(document, number)
    overlays = [None if one is None else overlay_of(one, document, number) for one in (contract, plan)]
    return resolve(policy, kind, contract=overlays[0], plan=overlays[1])


def offered(
    document: str, number: int, kind: str, contract: str | None = None, plan: str | None = None
) -> ResolvedPolicy | None:
    """The values that a session of this kind is booked under; None for a kind that the document no longer has."""
    if kind not in policy_of(document, number).kinds:
        return None
    return resolved_for(document, number, kind, contract, plan)


def stored_policy(digest: str, document: dict[str, Any]) -> ResolvedPolicy:
    """The resolved policy of a session."""
    found = _BY_DIGEST.get(digest)
    if found is None:
        found = _BY_DIGEST[digest] = ResolvedPolicy.from_json(document)
        if len(_BY_DIGEST) > LARGEST_CACHE:
            _BY_DIGEST.pop(next(iter(_BY_DIGEST)))
    return found


LARGEST_CACHE = 1024
_BY_DIGEST: dict[str, ResolvedPolicy] = {}
