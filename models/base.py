"""The declarative base: named constraints, and the key that every row of an organisation carries."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Identity, MetaData, PrimaryKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Every table of Fortnight."""

    metadata = MetaData(naming_convention=CONVENTION)


def own_key() -> tuple[Any, ...]:
    """The primary key of a row that belongs to an organisation: (organisation_id, id)."""
    return (
        PrimaryKeyConstraint("organisation_id", "id"),
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
    )


def refers(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    """A foreign key inside the organisation: a row can never point at another organisation's row."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.{target}"])


class Owned(MappedAsDataclass, kw_only=True):
    """Mixin: the organisation a row belongs to."""

    organisation_id: Mapped[int] = mapped_column(BigInteger)


class Numbered(Owned, kw_only=True):
    """Mixin: a row with an id of its own."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), init=False)
