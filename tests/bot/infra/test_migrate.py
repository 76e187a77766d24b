"""The tables and the steps that make them agree, on both databases, there and back."""

import warnings

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bot.infra import migrate
from bot.infra.models import Base

DESCENDING = {"ix_clients_book", "ix_clients_ranking", "ix_touchpoints_latest"}


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    def is_compared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001
        return not (kind == "index" and name in DESCENDING)  # Alembic cannot compare these; by name, below

    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*expression-based index.*")
        options = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_index_of_the_models_exists(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'index'"
            if engine.dialect.name == "sqlite"
            else "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        )
        made = {row[0] for row in connection.exec_driver_sql(query)}
    wanted = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
    assert wanted <= made


def test_a_database_goes_back_to_empty_and_forth_again(engine: Engine) -> None:
    assert migrate.version(engine) == migrate.newest()
    migrate.downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    assert migrate.version(engine) is None
    migrate.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    assert migrate.version(engine) == migrate.newest()
