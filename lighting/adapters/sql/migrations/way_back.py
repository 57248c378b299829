"""The way back from every migration: there is none but the backup."""

from lighting.errors import RefusedError


def downgrade() -> None:
    """Refuse: an older schema has no place for what was recorded since, so it would be lost.

    Raises:
        RefusedError: always.
    """
    raise RefusedError(
        "the database is not taken back to an older schema, which has no place for what was"
        " recorded since: stop Lamplighter and restore the backup made before the upgrade"
    )
