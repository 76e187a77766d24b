"""Brings a database to the newest version of the tables, and says which version it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import migrations


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Name the newest version that this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def version(engine: Engine) -> str | None:
    """Name the version that the database has; None where there are no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take the database back to a version; ``base`` is an empty one. What only newer tables held is gone."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), to)
