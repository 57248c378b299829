"""What is said when the database fails in the middle of a file: how far it came, and what to do."""

from lighting.errors import StoreError


def broken_off(exc: StoreError, done: int) -> StoreError:
    """Return the error that also says that ``done`` rows before it are kept.

    ``exc`` speaks of the rows that were being written, of which nothing was kept.
    """
    if not done:
        return exc
    return StoreError(
        f"{exc}. {done:,} rows of the file were done before and stay; give the whole file again"
        " when this is mended: what is done is not done twice"
    )
