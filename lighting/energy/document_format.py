"""ReportFormat: the files a report is written as; ReportWriter: what writes them."""

from enum import StrEnum
from typing import Protocol

from lighting.energy.document import ReportDocument


class ReportFormat(StrEnum):
    """A file format; the value is what people write, and the file's ending."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    HTML = "html"

    @property
    def media_type(self) -> str:
        """The media type (IANA)."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ReportFormat.JSON: "application/json",
    ReportFormat.CSV: "text/csv",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.PDF: "application/pdf",
    ReportFormat.HTML: "text/html",
}


class ReportWriter(Protocol):
    """Turns a document into a file."""

    def write(self, document: ReportDocument, form: ReportFormat) -> bytes:
        """Return the file; the same document gives the same bytes. It may take seconds of CPU.

        Raises:
            ReportFileError: the document cannot be written in this format.
        """
