"""The demo as `make serve` loads it, with the API, the worker's handlers and the Google double in one process."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from fortnight import compose
from fortnight.demo import email_of, load_demo
from fortnight.installation import find_person
from fortnight.settings import Settings
from models.keyring import Keyring
from tests.scenarios.theatre import BASE_URL, REAL_NOW, Theatre, opened_theatre
from tests.support.postgres import Cluster


class Demo:
    """The people of the demo, who ask."""

    def __init__(self, theatre: Theatre, organisation: int) -> None:
        self._theatre = theatre
        self._organisation = organisation

    def ask(self, who: str, query: str) -> Any:
        """The data of the answer to this person."""
        person = find_person(self._theatre.database, self._organisation, email_of(who))
        assert person is not None, who
        answer = self._theatre.post(self._theatre.token(self._organisation, person.id), query, {})
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@contextmanager
def loaded_demo(cluster: Cluster, keyring: Keyring) -> Generator[Demo]:
    """A fresh database with the demo alone in it."""
    with opened_theatre(cluster, keyring) as theatre:
        settings = Settings(base_url=BASE_URL, google_sandbox_url=theatre.double.url)
        organisation = load_demo(
            cluster.url(theatre.database.engine.url.database or ""),
            theatre.database,
            compose.google(settings, keyring),
            redirect_uri=f"{BASE_URL}/google/callback",
            real_now=REAL_NOW,
        )
        yield Demo(theatre, organisation)
