"""How migrations run: inside the application, each in its own transaction."""

from __future__ import annotations

from alembic import context
from flask import current_app

from models import Model, db


def run() -> None:
    """Bring the database of the running application up or down."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            transaction_per_migration=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
