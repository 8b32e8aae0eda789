"""Every table, imported once, so that the metadata are complete."""

from models import (
    availability,
    calendar,
    contract,
    due_work,
    entitlement,
    event,
    identity,
    membership,
    money,
    organisation,
    people,
    session,
)
from models.base import Base

TABLES = (
    availability,
    calendar,
    contract,
    due_work,
    entitlement,
    event,
    identity,
    membership,
    money,
    organisation,
    people,
    session,
)
metadata = Base.metadata
