"""FileReportWriter: a report document as a file of any format."""

from collections.abc import Callable

from lighting.adapters.reports.csv_file import csv_file
from lighting.adapters.reports.html_page import html_page
from lighting.adapters.reports.json_file import json_file
from lighting.adapters.reports.pdf_file import pdf_file
from lighting.adapters.reports.xlsx_file import xlsx_file
from lighting.energy.document import ReportDocument
from lighting.energy.document_format import ReportFormat

_WRITERS: dict[ReportFormat, Callable[[ReportDocument], bytes]] = {
    ReportFormat.JSON: json_file,
    ReportFormat.CSV: csv_file,
    ReportFormat.XLSX: xlsx_file,
    ReportFormat.HTML: html_page,
    ReportFormat.PDF: pdf_file,
}


class FileReportWriter:
    """Writes documents. See ``lighting.energy.document_format.ReportWriter``."""

    def write(self, document: ReportDocument, form: ReportFormat) -> bytes:
        """Return ``document`` as a file; the same document gives the same bytes.

        Raises:
            ReportFileError: the document cannot be written in this format.
        """
        return _WRITERS[form](document)
