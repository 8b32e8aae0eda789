"""What a caller may ask for in a minute: counted for all processes together, told, and refused beyond it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from api.auth import Bearer
from api.errors import CodedError
from api.limits import NOTHING, Weight
from api.rate import BLOCKS, Rates, cost_of
from commands.api_keys import PresentedKey
from models.unit import Database, count_statements
from tests.api.conftest import START, FrontEnd
from tests.support.platform import open_platform

LIMIT = 100
RATE = "{ rateLimit { cost limit used remaining nodeCount resetAt } }"
ONE = Weight(nodes=1, roots=1)


@pytest.fixture
def limited(open_front_end: Callable[..., FrontEnd]) -> FrontEnd:
    front_end = open_front_end(rate_limit=LIMIT)
    front_end.platform.coach("Eva", "coaching")
    front_end.platform.member("Maya", "Eva")
    return front_end


@pytest.fixture
def sam(database: Database) -> Bearer:
    platform = open_platform(database, "mastered", at=START)
    return Bearer(organisation_id=platform.organisation_id, person_id=platform.people["Sam"])


def spend(rates: Rates, caller: Bearer, times: int) -> int:
    """How many of so many documents that cost one point were let through."""
    passed = 0
    for _ in range(times):
        try:
            rates.charge(caller, ONE, reads=True)
        except CodedError:
            continue
        passed += 1
    return passed


def a_minute_later(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE rate_window SET started_at = started_at - interval '1 minute'"))


@pytest.mark.parametrize(
    ("weight", "reads", "cost"),
    [
        (NOTHING, True, 1),
        (Weight(nodes=100), True, 1),
        (Weight(nodes=101), True, 2),
        (Weight(nodes=40_000), True, 400),
        (Weight(roots=1), False, 6),
        (Weight(roots=10, nodes=200), False, 52),
    ],
)
def test_a_document_costs_by_its_pages_and_its_acts(weight: Weight, reads: bool, cost: int) -> None:
    assert cost_of(weight, reads=reads) == cost


def test_the_caller_is_told_what_is_left(limited: FrontEnd) -> None:
    first, second = (limited.ask("Maya", RATE)["rateLimit"] for _ in range(2))
    assert (first["cost"], first["limit"], first["used"], first["remaining"], first["nodeCount"]) == (1, 100, 1, 99, 0)
    assert (second["used"], second["remaining"]) == (2, 98)
    paged = "{ rateLimit { cost nodeCount } viewer { sessions(first: 100) { nodes { history(first: 2) { nodes { id } } } } } }"
    assert limited.ask("Maya", paged)["rateLimit"] == {"cost": 3, "nodeCount": 300}
    assert limited.ask("Sam", RATE)["rateLimit"]["used"] == 1


def test_beyond_the_limit_a_caller_waits_and_others_do_not(limited: FrontEnd) -> None:
    limited.ask("Maya", RATE)
    responses = [limited.post("Maya", RATE) for _ in range(2 * LIMIT)]
    refused = [response for response in responses if response.status_code != 200]
    assert refused
    response = refused[-1]
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(response.headers["retry-after"]) == error["extensions"]["retryAfterSeconds"] <= 60
    assert "data" not in response.json()
    assert limited.post("Sam", RATE).status_code == 200


def test_what_is_refused_does_nothing(limited: FrontEnd, owner: Engine) -> None:
    rotate = (
        "mutation { "
        + " ".join(f'a{n}: rotateFeedUrl(input: {{idempotencyKey: "{n}"}}) {{ __typename }}' for n in range(10))
        + " }"
    )
    codes = [limited.codes("Maya", rotate) for _ in range(4)]
    assert ["RATE_LIMITED"] in codes
    with owner.connect() as connection:
        done = connection.execute(text("SELECT count(*) FROM event WHERE name = 'FEED_ROTATED'")).scalar_one()
    assert done <= 10


def test_several_processes_share_the_points_of_a_minute(database: Database, sam: Bearer) -> None:
    processes = [Rates(database, LIMIT) for _ in range(3)]
    passed = sum(spend(rates, sam, 1) for _ in range(LIMIT) for rates in processes)
    assert LIMIT <= passed <= 2 * LIMIT  # more than once the limit only where a minute ended meanwhile


def test_the_next_minute_begins_anew(database: Database, sam: Bearer, owner: Engine) -> None:
    seconds = [0.0]
    rates = Rates(database, LIMIT, tick=lambda: seconds[0])
    assert spend(rates, sam, LIMIT + 5) in range(LIMIT, LIMIT + 5)
    seconds[0] = 61.0
    a_minute_later(owner)
    assert spend(rates, sam, LIMIT + 5) in range(LIMIT, LIMIT + 5)


def test_points_are_taken_from_the_database_a_block_at_a_time(database: Database, sam: Bearer) -> None:
    rates = Rates(database, LIMIT)
    sent = count_statements(database.engine)
    spend(rates, sam, LIMIT)
    assert BLOCKS <= len(sent) <= BLOCKS + 1
    sent.clear()
    spend(rates, sam, LIMIT)
    assert len(sent) <= BLOCKS


def test_nobody_who_is_not_there_leaves_a_row(database: Database, sam: Bearer, owner: Engine) -> None:
    rates = Rates(database, LIMIT)
    organisation = sam.organisation_id
    made_up = PresentedKey(organisation_id=organisation, digest="0" * 64)
    strangers = (
        Bearer(organisation_id=organisation, person_id=999_999),
        Bearer(organisation_id=999_999, person_id=sam.person_id),
    )
    assert [rates.charge(one, ONE, reads=True) for one in (made_up, *strangers)] == [None, None, None]
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM rate_window")).scalar_one() == 0


def test_without_a_limit_there_is_none(front_end: FrontEnd) -> None:
    assert front_end.ask("Maya", RATE) == {"rateLimit": None}
    assert front_end.codes(None, RATE) == ["UNAUTHENTICATED"]
