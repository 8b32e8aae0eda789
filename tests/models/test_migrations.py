"""The migrations and the models say the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from fortnight.database import migrate, newest_revision, owner_engine
from models.registry import metadata
from tests.support.postgres import Cluster

COLUMNS = """
SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity, identity_generation
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


@pytest.fixture
def made_from_models(cluster: Cluster) -> Iterator[Engine]:
    """A database whose tables were made from the models, not by the migrations."""
    cluster.server.create_database("made_from_models")
    engine = owner_engine(cluster.url("made_from_models"))
    metadata.create_all(engine)
    yield engine
    cluster.drop("made_from_models")


@pytest.mark.parametrize("question", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
def test_the_migrated_tables_are_those_of_the_models(owner: Engine, made_from_models: Engine, question: str) -> None:
    with owner.connect() as migrated, made_from_models.connect() as modelled:
        found, wanted = ({tuple(row) for row in one.execute(text(question))} for one in (migrated, modelled))
    assert found - wanted == set()
    assert wanted - found == set()


def test_alembic_finds_nothing_to_migrate(owner: Engine) -> None:
    def ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
        return not (kind == "table" and name == "alembic_version")

    with owner.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(cluster: Cluster, database_name: str, owner: Engine) -> None:
    with owner.connect() as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    assert before == [newest_revision()]
    assert migrate(cluster.url(database_name)) == newest_revision()
    with owner.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == before
