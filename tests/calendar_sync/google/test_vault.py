"""Refresh tokens at rest: for one person's row, under a named key, unaltered (CALENDAR 24)."""

import pytest

from calendar_sync.google.vault import Unreadable, Vault
from models.keyring import Keyring

NEW = Keyring(b"the new secret: thirty-two bytes or more")
OLD = Keyring(b"the old secret: thirty-two bytes or more")
TOKEN = "1//a-refresh-token"


def seal(vault: Vault, *, organisation: int = 3, person: int = 7) -> bytes:
    return vault.seal(TOKEN, organisation=organisation, person=person)


def test_a_sealed_token_opens_for_its_person():
    vault = Vault(NEW)
    assert vault.open(seal(vault), organisation=3, person=7) == TOKEN


def test_a_sealed_token_holds_nothing_of_the_token_and_is_never_the_same():
    vault = Vault(NEW)
    assert TOKEN.encode() not in seal(vault)
    assert seal(vault) != seal(vault)


@pytest.mark.parametrize(("organisation", "person"), [(3, 8), (4, 7), (7, 3), (37, 0)])
def test_a_row_copied_to_another_person_does_not_open(organisation: int, person: int):
    vault = Vault(NEW)
    with pytest.raises(Unreadable):
        vault.open(seal(vault), organisation=organisation, person=person)


def test_no_bit_of_a_sealed_token_can_be_changed():
    vault = Vault(NEW)
    sealed = seal(vault)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Unreadable):
            vault.open(changed, organisation=3, person=7)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 15, 21, 30])
def test_a_cut_token_does_not_open(length: int):
    vault = Vault(NEW)
    with pytest.raises(Unreadable):
        vault.open(seal(vault)[:length], organisation=3, person=7)


def test_a_new_secret_opens_what_the_earlier_one_sealed_and_seals_anew():
    sealed = seal(Vault(OLD))
    rotated = Vault(NEW, OLD)
    assert rotated.open(sealed, organisation=3, person=7) == TOKEN
    assert not rotated.is_current(sealed)
    again = seal(rotated)
    assert rotated.is_current(again)
    assert Vault(NEW).open(again, organisation=3, person=7) == TOKEN


def test_a_secret_that_is_gone_opens_nothing():
    with pytest.raises(Unreadable):
        Vault(NEW).open(seal(Vault(OLD)), organisation=3, person=7)


def test_a_vault_shows_nothing():
    assert "secret" not in repr(Vault(NEW)) + str(Vault(NEW))
