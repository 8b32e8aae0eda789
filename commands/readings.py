"""Who has read whose words: notes, questionnaires and messages of others (MODEL 10, audit)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from models.conversation import ContentReading
from models.unit import Database
from policy.matters import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one person read in one operation: each as its kind and id."""

    organisation_id: int
    reader_id: int
    read: frozenset[tuple[Words, int]]
    at: datetime


def keep_readings(database: Database, reading: Reading) -> None:
    """Each of them stands in the record of readings, of which nothing is ever changed."""
    rows = [
        {
            "organisation_id": reading.organisation_id,
            "reader_id": reading.reader_id,
            "what": what,
            "object_id": key,
            "read_at": reading.at,
        }
        for what, key in sorted(reading.read)
    ]
    with database.unit(reading.organisation_id) as unit:
        unit.connection.execute(insert(ContentReading), rows)
