"""The server secret: given by the operator, or made once and kept beside the embedded database."""

import os
from pathlib import Path
from secrets import token_hex
from typing import Final

from fortnight.faults import Unfit
from fortnight.settings import Settings
from models.keyring import SHORTEST_SECRET, Keyring

FILE: Final = "secret"


def keyring_of(settings: Settings) -> Keyring:
    """The keys of this installation: always the same ones. Raises Unfit."""
    return Keyring(server_secret(settings))


def server_secret(settings: Settings) -> bytes:
    """The secret that was given, or the one that is kept in the data folder. Raises Unfit."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if settings.database_url is not None:
        raise Unfit(
            "FORTNIGHT_SECRET is needed beside FORTNIGHT_DATABASE_URL: 32 bytes or more that stay the same, "
            "such as the output of: openssl rand -hex 32"
        )
    return _kept(settings.data / FILE)


def earlier_keyrings(settings: Settings) -> tuple[Keyring, ...]:
    """The keys of before: what they sealed can still be opened."""
    return tuple(Keyring(secret.get_secret_value().encode()) for secret in settings.earlier_secrets)


def _kept(path: Path) -> bytes:
    """The secret in this file, which nobody else can read; of two that make it at once, one wins and both have it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        secret = path.read_bytes().strip()
    except OSError as fault:
        raise Unfit(f"the secret in {path} cannot be kept: {fault.strerror}") from None
    if len(secret) < SHORTEST_SECRET:
        raise Unfit(
            f"the secret in {path} is damaged: put back the one of before, or remove it to begin with a new one"
        )
    return secret


def _make(path: Path) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_hex(32).encode() + b"\n")
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
