"""told_failures: what a drawing or typesetting library raises, as an error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import typst

from lighting.energy.errors import ReportFileError

_TEXT_MAX = 300


@contextmanager
def told_failures(what: str) -> Iterator[None]:
    """Turn the libraries' errors into ours; they raise ValueError (vl-convert) or TypstError.

    Raises:
        ReportFileError: the library could not do it.
    """
    try:
        yield
    except (ValueError, typst.TypstError) as exc:
        raise ReportFileError(what, str(exc)[:_TEXT_MAX]) from exc
