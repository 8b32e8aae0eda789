"""That a worker lives: a lock that PostgreSQL holds for it, and that ends with it, however it ends.

A lease alone would make everybody wait for two minutes after each kill; with the lock, what a dead worker held is free
as soon as another one looks.
"""

from collections.abc import Callable

import psycopg
from sqlalchemy import text

from models.unit import Database

LOCKS = 0x666E776B
"""The class of advisory locks that are workers' numbers."""

FREE = text("""
UPDATE due_work SET lease_until = NULL, lease_by = NULL
WHERE done_at IS NULL AND set_aside_at IS NULL AND lease_by IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_locks AS held JOIN pg_database AS here ON here.oid = held.database AND here.datname = current_database()
    WHERE held.locktype = 'advisory' AND held.classid = :locks AND held.objsubid = 2
    AND held.objid = CAST(due_work.lease_by AS oid) AND held.granted)
""")


def be_present(connection: psycopg.Connection, wanted: int, another: Callable[[], int]) -> int:
    """The number under which this worker is known to live for as long as the connection lasts: the wanted one if it is free."""
    number = wanted
    while True:
        row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, number]).fetchone()
        if row is not None and row[0]:
            return number
        number = another()


def free_what_the_dead_held(database: Database) -> int:
    """No work waits for the lease of a worker that lives no more; returns how many did."""
    with database.across_organisations() as connection:
        return connection.execute(FREE, {"locks": LOCKS}).rowcount
