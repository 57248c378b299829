"""Database faults in words: what happened and what to do. No driver's error leaves the adapter."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lighting.errors import RefusedError, StoreError

_SCHEMA_IS_OLD = (
    "the database lacks a table or column",
    "bring it up to date with lighting.adapters.sql.migrate.upgrade",
)

_SQLITE: tuple[tuple[str, str, str], ...] = (
    ("locked", "the database is locked", "end the other process that writes to it, or try again"),
    ("full", "the disk or the database file is full", "make room, then try again"),
    ("readonly", "the database is read-only", "give this user the right to write its file"),
    ("unable to open", "the database file cannot be opened", "check its folder and its rights"),
    ("not a database", "the file is not a database", "check the path, or restore a backup"),
    ("malformed", "the database file is damaged", "restore a backup"),
    ("disk i/o", "the disk failed to read or write", "check the disk, then try again"),
    ("no such table", *_SCHEMA_IS_OLD),
    ("no such column", *_SCHEMA_IS_OLD),
)
"""Parts of SQLite's messages (sqlite.org/rescode.html), what they mean, the cure."""

_POSTGRES: tuple[tuple[str, str, str], ...] = (
    ("42P01", *_SCHEMA_IS_OLD),
    ("42703", *_SCHEMA_IS_OLD),
    ("53100", "the database's disk is full", "make room, then try again"),
    ("53", "the database has no room for another connection", "allow it more connections"),
    ("55P03", "rows stayed locked by another session", "end that session, or try again"),
    ("40", "two transactions were in each other's way", "try again"),
    ("25006", "the database is read-only", "write to the primary server"),
    ("28", "the database refused the user or password", "check the database URL"),
    ("3D000", "the database does not exist", "create it, or check the database URL"),
    ("42501", "the user may not do this", "grant the user rights to the schema"),
    ("57", "the database is shutting down or starting", "try again when it is up"),
    ("08", "the connection to the database broke", "check the server, then try again"),
    ("23", "another writer got there first, or a key is missing", "try again"),
)
"""SQLSTATE codes, the longest first, or classes of them (PostgreSQL manual, appendix A)."""


_ASYNCPG_OVERFLOW = "(value out of int"
_TOO_LARGE = (
    "a number of the request is larger than a database can hold; nothing has it: correct it"
)


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn what drivers raise into a StoreError that says what is wrong and the cure.

    A number that no column can hold is the fault of who asked: a RefusedError.
    """
    try:
        yield
    except PoolTimeoutError as exc:
        cure = "try again, or allow a larger pool"
        raise _error("all connections to the database are busy", cure, exc) from exc
    except DBAPIError as exc:
        if _ASYNCPG_OVERFLOW in str(exc.orig):
            raise RefusedError(_TOO_LARGE) from exc
        raise _explained(exc.orig or exc) from exc
    except OverflowError as exc:  # of SQLite's driver, as it is
        raise RefusedError(_TOO_LARGE) from exc
    except SQLAlchemyError:
        raise  # a statement that cannot be built: our fault, not the database's
    except sqlite3.Error as exc:
        raise _explained(exc) from exc
    except OSError as exc:  # asyncpg lets a refused or timed-out connection through as it is
        raise _error("the database cannot be reached", "check its URL and server", exc) from exc


def _explained(fault: BaseException) -> StoreError:
    code = str(getattr(fault, "sqlstate", None) or "")
    known = _POSTGRES if code else _SQLITE
    text = code or str(fault).lower()
    for mark, problem, cure in known:
        if text.startswith(mark) if code else mark in text:
            return _error(problem, cure, fault)
    return _error("the database refused", "see the message of the database", fault)


def _error(problem: str, cure: str, fault: BaseException) -> StoreError:
    words = str(fault).strip().splitlines()
    return StoreError(f"{problem}; nothing of this was kept: {cure} [{words[0] if words else ''}]")
