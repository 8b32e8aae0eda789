"""Figures of this process: told where something happens, kept only where an operator has asked for them.

Nobody keeps them by default: then each of these functions returns at once. Every word that is told here becomes a label, and is
one of a known few: names of the schema, of our commands and of our own codes, never what somebody sent us, and never whom or which
organisation it concerns.
"""

from typing import Protocol


class Keeper(Protocol):
    """Who keeps the figures; safe to be told by several threads."""

    def request(self, route: str, *, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        ...

    def operation(self, kind: str, name: str, *, result: str, seconds: float) -> None:
        """A GraphQL operation was answered."""
        ...

    def decision(self, command: str, *, outcome: str) -> None:
        """A command was answered."""
        ...

    def claimed(self, kind: str) -> None:
        """Due work was claimed."""
        ...

    def worked(self, kind: str, *, outcome: str, seconds: float) -> None:
        """Claimed work was tried."""
        ...

    def fired(self, kind: str) -> None:
        """A timer had its effect."""
        ...

    def called(self, peer: str, call: str, *, outcome: str, seconds: float) -> None:
        """Somebody else's server was asked."""
        ...


class _Kept:
    """The one keeper of this process."""

    keeper: Keeper | None = None


def keep(keeper: Keeper | None) -> None:
    """From now on this keeper is told; None: nobody."""
    _Kept.keeper = keeper


def are_kept() -> bool:
    """Whether somebody keeps what is told."""
    return _Kept.keeper is not None


def request(route: str, *, method: str, status: int, seconds: float) -> None:
    """A request for one of our routes was answered; status 0: it was not."""
    if _Kept.keeper is not None:
        _Kept.keeper.request(route, method=method, status=status, seconds=seconds)


def operation(kind: str, name: str, *, result: str, seconds: float) -> None:
    """A GraphQL operation was answered: `kind` query or mutation, `name` its root field, `result` `ok`, `partial` or an error code."""
    if _Kept.keeper is not None:
        _Kept.keeper.operation(kind, name, result=result, seconds=seconds)


def decision(command: str, *, outcome: str) -> None:
    """A command was answered: `outcome` is `DONE`, or the code of its refusal."""
    if _Kept.keeper is not None:
        _Kept.keeper.decision(command, outcome=outcome)


def claimed(kind: str) -> None:
    """Due work of this kind was claimed."""
    if _Kept.keeper is not None:
        _Kept.keeper.claimed(kind)


def worked(kind: str, *, outcome: str, seconds: float) -> None:
    """Claimed work was tried: it was `done`, is for `later`, was `set_aside`, `failed` by a fault of ours, or is `held` by somebody else."""
    if _Kept.keeper is not None:
        _Kept.keeper.worked(kind, outcome=outcome, seconds=seconds)


def fired(kind: str) -> None:
    """A timer had its effect, whoever noticed that it was due."""
    if _Kept.keeper is not None:
        _Kept.keeper.fired(kind)


def called(peer: str, call: str, *, outcome: str, seconds: float) -> None:
    """Somebody else's server was asked: `peer` google or smtp, `outcome` `ok` or the kind of the failure."""
    if _Kept.keeper is not None:
        _Kept.keeper.called(peer, call, outcome=outcome, seconds=seconds)
