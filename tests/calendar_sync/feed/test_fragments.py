"""The texts that were written before (CALENDAR 43)."""

import sys
from concurrent.futures import ThreadPoolExecutor

from calendar_sync.feed.fragments import Fragments


def key(number: int) -> bytes:
    return number.to_bytes(8)


def test_what_was_kept_is_known_and_nothing_else() -> None:
    fragments = Fragments()
    fragments.keep([(key(1), b"one"), (key(2), b"two")])
    assert fragments.known([key(2), key(3)]) == {key(2): b"two"}


def test_memory_stays_within_its_limit_whatever_is_kept() -> None:
    limit = 200_000
    fragments = Fragments(limit=limit)
    for number in range(5_000):
        fragments.keep([(key(number), b"x" * 500)])
    known = fragments.known([key(number) for number in range(5_000)])
    held = sum(sys.getsizeof(text) + sys.getsizeof(one) for one, text in known.items())
    assert 0 < held <= limit
    assert key(4_999) in known
    assert key(0) not in known


def test_what_is_asked_for_again_and_again_stays() -> None:
    fragments = Fragments(limit=200_000)
    fragments.keep([(key(0), b"often")])
    for number in range(1, 5_000):
        fragments.keep([(key(number), b"x" * 500)])
        assert fragments.known([key(0)]) == {key(0): b"often"}


def test_many_readers_at_once_find_only_what_was_kept() -> None:
    fragments = Fragments(limit=50_000)

    def work(seed: int) -> bool:
        keys = [key((seed * 31 + n) % 400) for n in range(200)]
        found = fragments.known(keys)
        fragments.keep([(one, one * 20) for one in keys if one not in found])
        return all(text == one * 20 for one, text in found.items())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
