"""The README's tour gives everywhere the answers that it prints."""

from models.keyring import Keyring
from tests.support.postgres import Cluster
from tests.tour.demo import loaded_demo
from tests.tour.readme import README, stops


def test_every_query_of_the_tour_gives_the_answer_that_is_printed_below_it(cluster: Cluster, keyring: Keyring) -> None:
    tour = stops(README.read_text(encoding="utf-8"))
    assert len(tour) >= 10
    with loaded_demo(cluster, keyring) as demo:
        for stop in tour:
            assert demo.ask(stop.who, stop.query) == stop.answer, stop.query
