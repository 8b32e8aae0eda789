"""Every table, imported once, so that the metadata are complete."""

from models import calendar, due_work, entitlement, event, membership, money, organisation, people, session
from models.base import Base

TABLES = (calendar, due_work, entitlement, event, membership, money, organisation, people, session)
metadata = Base.metadata
