"""Pages by key."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select

from models.queries.keyset import Page, Window, read_page
from models.unit import Database, Unit
from tests.support.postgres import Cluster

ROWS = Table("listed", MetaData(), Column("at", Integer), Column("id", Integer))


@pytest.fixture(scope="module")
def listed(cluster: Cluster) -> Iterator[Engine]:
    """A table with rows that often share their first key."""
    name = cluster.clone()
    engine = create_engine(cluster.url(name), isolation_level="AUTOCOMMIT")
    ROWS.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(ROWS), [{"at": number // 3, "id": number} for number in range(20)])
    yield engine
    engine.dispose()
    cluster.drop(name)


def _page(unit: Unit, window: Window) -> Page[tuple[int, int]]:
    page = read_page(unit, select(ROWS.c.at, ROWS.c.id), (ROWS.c.at, ROWS.c.id), window)
    return Page(rows=tuple((row.at, row.id) for row in page.rows), has_more=page.has_more)


ALL = [(number // 3, number) for number in range(20)]
LIMITS = st.integers(1, 25)
KEYS = st.one_of(st.none(), st.tuples(st.integers(-1, 8), st.integers(-1, 21)))


@given(limit=LIMITS, backward=st.booleans(), after=KEYS, before=KEYS)
def test_a_window_is_the_slice_between_its_keys(
    listed: Engine,
    limit: int,
    backward: bool,
    after: tuple[int, int] | None,
    before: tuple[int, int] | None,
) -> None:
    inside = [row for row in ALL if (after is None or row > after) and (before is None or row < before)]
    wanted = inside[-limit:] if backward else inside[:limit]
    with Database(listed).unit(1, read_only=True) as unit:
        page = _page(unit, Window(limit=limit, backward=backward, after=after, before=before))
    assert list(page.rows) == wanted
    assert page.has_more == (len(inside) > limit)


def test_pages_stay_whole_while_rows_are_inserted(listed: Engine) -> None:
    """Whoever pages forward sees every row that was there at the beginning exactly once, whatever comes in meanwhile."""
    seen: list[tuple[int, int]] = []
    after: tuple[int, int] | None = None
    added = [(1, 100), (3, 101), (6, 102)]
    database = Database(listed)
    while True:
        with database.unit(1, read_only=True) as unit:
            page = _page(unit, Window(limit=4, after=after))
        seen += page.rows
        if not page.has_more:
            break
        after = page.rows[-1]
        if added:
            with listed.connect() as connection:
                at, key = added.pop(0)
                connection.execute(insert(ROWS).values(at=at, id=key))
    assert [row for row in seen if row[1] < 100] == ALL
    assert len(set(seen)) == len(seen)
    with listed.connect() as connection:
        connection.execute(ROWS.delete().where(ROWS.c.id >= 100))
