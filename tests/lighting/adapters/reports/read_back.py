"""What a reader of each format sees: texts of a PDF, an HTML page, a workbook."""

import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
import pikepdf

_BFCHAR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BFRANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def pdf_pages(content: bytes) -> list[str]:
    """Return the text of each page in the order in which it is painted, pictures left out."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [_page_text(page) for page in pdf.pages]


def _page_text(page: Any) -> str:  # noqa: ANN401 - pikepdf's
    fonts = {name: _to_unicode(font) for name, font in page.Resources.Font.items()}
    shown: str = ""
    font: dict[int, str] = {}
    for part in pikepdf.parse_content_stream(page):
        operator, operands = str(part.operator), list(getattr(part, "operands", ()))
        if operator == "Tf":
            font = fonts[str(operands[0])]
        elif operator == "BT":
            shown += "\n"
        elif operator == "TJ":
            shown += "".join(_decoded(each, font) for each in operands[0])
        elif operator == "Tj":
            shown += _decoded(operands[0], font)
    return shown


def _decoded(part: object, font: dict[int, str]) -> str:
    """Return the signs of a string of two-byte codes; numbers between strings move the pen."""
    if not isinstance(part, pikepdf.String):
        return ""
    codes = bytes(part)
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(font.get(high << 8 | low, "?") for high, low in pairs)


def _to_unicode(font: Any) -> dict[int, str]:  # noqa: ANN401 - pikepdf's
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, signs in _BFCHAR.findall(block):
            found[int(code, 16)] = bytes.fromhex(signs).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, signs in _BFRANGE.findall(block):
            for place, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = chr(int(signs, 16) + place)
    return found


class Page(HTMLParser):
    """An HTML page: its elements, its tables by caption, the text that is shown."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self._inside: list[str] = []
        self._rows: list[list[str]] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where a table, a row or a cell begins."""
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self._inside.append(tag)
        if tag == "caption":
            self._rows = self.tables.setdefault(str(len(self.tables)), [])
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Check that what was opened last is closed first."""
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if "style" in self._inside:
            return
        self.text += data
        if "caption" in self._inside:
            self.tables[data] = self.tables.pop(str(len(self.tables) - 1))
        if "td" in self._inside or "th" in self._inside:
            self._rows[-1][-1] += data


def workbook(content: bytes) -> Any:  # noqa: ANN401 - openpyxl's
    """Return the workbook."""
    return openpyxl.load_workbook(BytesIO(content))
