"""Whatever is asked, the server does not fail: requests that Schemathesis makes, as staff, coach, member, key and nobody.

`FUZZ_SECONDS` says how long `make prove` goes on; each failure tells the seed of its round and the document.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from random import SystemRandom
from typing import Any, Final

import httpx2 as httpx
import pytest
from sqlalchemy import Engine

from fortnight.compose import delivery, handlers
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database
from tests.api.conftest import FrontEnd
from tests.api.estate import NOT_READING, READING, ROWS, House, furnish
from tests.contract.requests import Requests
from tests.support.server import serving

SECONDS: Final = float(os.environ.get("FUZZ_SECONDS", "600"))
EACH: Final = 6
READERS: Final = ("Sam", "Eva", "Maya", READING, NOT_READING, "nobody")
FAULTS: Final = ("INTERNAL", "UNAVAILABLE")
REQUEST_SECONDS: Final = 30.0


@pytest.fixture
def furnished(
    open_front_end: Callable[..., FrontEnd], database: Database, keyring: Keyring, owner: Engine
) -> Iterator[House]:
    """Houses for ever: what was asked in one may have left nobody in it who could ask again. What is due is delivered."""
    deliver = delivery(database, handlers(Settings(), keyring))

    def open_one(**more: Any) -> FrontEnd:
        return open_front_end(deliver=deliver, **more)

    return (house for _ in count() for house in furnish(open_one, owner))


def test_one_request_of_each_kind_makes_no_server_fail(furnished: Iterator[House]) -> None:
    _ask(furnished, Requests(), seconds=0, each=1, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 300)
def test_no_request_makes_the_server_fail(furnished: Iterator[House]) -> None:
    _ask(furnished, Requests(), seconds=SECONDS, each=EACH, seed=SystemRandom().getrandbits(32))


def _ask(furnished: Iterator[House], requests: Requests, *, seconds: float, each: int, seed: int) -> None:
    """Whole rounds are asked until the time is over, each in a house of its own, by everybody in turn."""
    latest = time.monotonic() + seconds
    house = next(furnished)
    with serving(house.front_end.client.app) as url, httpx.Client(base_url=url, timeout=REQUEST_SECONDS) as client:
        for number in count():
            ids = [one for kind in ROWS for one in house.ids(kind)]
            for place, document in enumerate(requests.round(ids, seed=seed + number, each=each)):
                _check(client, house, READERS[place % len(READERS)], document, seed + number)
                if number and time.monotonic() > latest:
                    return
            if time.monotonic() > latest:
                return
            house = next(furnished)


def _check(client: httpx.Client, house: House, who: str, document: str, seed: int) -> None:
    headers = {"authorization": f"Bearer {house.bearers[who]}"} if who in house.bearers else {}
    try:
        response = client.post("/graphql", json={"query": document}, headers=headers)
    except httpx.TimeoutException:
        pytest.fail(f"no answer after {REQUEST_SECONDS:.0f} s: {(seed, who, document)}")
    codes = {error["extensions"]["code"] for error in response.json().get("errors", [])}
    assert response.status_code < 500, (seed, who, response.text, document)
    assert not codes & set(FAULTS), (seed, who, response.text, document)
