"""Every table, imported once, so that the metadata are complete."""

from models import (
    availability,
    calendar,
    case,
    contract,
    due_work,
    duplicate,
    earning,
    entitlement,
    event,
    identity,
    membership,
    money,
    notes,
    organisation,
    payment,
    people,
    presence,
    proposal,
    session,
    task,
)
from models.base import Base

TABLES = (
    availability,
    calendar,
    case,
    contract,
    due_work,
    duplicate,
    earning,
    entitlement,
    event,
    identity,
    membership,
    money,
    notes,
    organisation,
    payment,
    people,
    presence,
    proposal,
    session,
    task,
)
metadata = Base.metadata
