"""The README's tour gives everywhere the answers that it prints, and they tell the story that stands between them."""

import json
import re

from models.keyring import Keyring
from tests.support.postgres import Cluster
from tests.tour.demo import loaded_demo
from tests.tour.readme import README, Stop, stops

ACKNOWLEDGED = re.compile(r'acknowledge: "(\w+)"')
CODE = re.compile(r'"code": "([A-Z_]+)", "message"')


def test_every_query_of_the_tour_gives_the_answer_that_is_printed_below_it(cluster: Cluster, keyring: Keyring) -> None:
    tour = printed()
    assert len(tour) >= 10
    with loaded_demo(cluster, keyring) as demo:
        for stop in tour:
            assert demo.ask(stop.who, stop.query) == stop.answer, stop.query


def test_maya_acknowledges_the_digest_that_she_was_shown_just_before() -> None:
    tour = printed()
    sent = [(place, digest) for place, stop in enumerate(tour) for digest in ACKNOWLEDGED.findall(stop.query)]
    assert sent
    for place, digest in sent:
        assert f'"digest": "{digest}"' in json.dumps(tour[place - 1].answer)


def test_nothing_is_refused_on_the_tour_but_the_late_move_that_was_not_acknowledged() -> None:
    refused = [code for stop in printed() for code in CODE.findall(json.dumps(stop.answer))]
    assert refused == ["LATE_CHANGE_NEEDS_ACK"]


def printed() -> list[Stop]:
    """The stops of the README."""
    return stops(README.read_text(encoding="utf-8"))
