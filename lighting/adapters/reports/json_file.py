"""A report document as JSON: every number with its unit, and the charts as Vega-Lite."""

import json

from lighting.energy.document import ReportDocument
from lighting.energy.document_plain import document_as_plain


def json_file(document: ReportDocument) -> bytes:
    """Return ``document`` as one JSON object, UTF-8."""
    told = json.dumps(document_as_plain(document), ensure_ascii=False)
    return f"{told}\n".encode()
