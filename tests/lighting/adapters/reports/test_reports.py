"""Reports as files: the same numbers in every format, the same bytes twice, harmless names."""

import csv
import json
import re
from io import BytesIO, StringIO
from typing import Any

import pikepdf
import pytest

from lighting.adapters.reports.pdf_file import SHOWN, showable
from lighting.adapters.reports.writer import FileReportWriter
from lighting.energy.document import Figure, ReportDocument
from lighting.energy.document_format import ReportFormat
from tests.lighting.adapters.reports.read_back import Page, pdf_pages, workbook
from tests.lighting.energy.reported import PARTS, small_document

HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> *x* $y$ "\'& @a'
FORMULA = '=HYPERLINK("x")'


def write(document: ReportDocument, form: ReportFormat) -> bytes:
    return FileReportWriter().write(document, form)


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    """Return a report with every part."""
    return small_document(parts=PARTS)


@pytest.fixture(scope="module")
def pdf(document: ReportDocument) -> bytes:
    """Return it as PDF."""
    return write(document, ReportFormat.PDF)


def figures(document: ReportDocument) -> list[tuple[str, str, int, Figure]]:
    """Return every figure of every table: table, row's name, column, figure."""
    return [
        (table.title, str(row[0]), place, cell)
        for table in document.tables
        for row in table.rows
        for place, cell in enumerate(row)
        if isinstance(cell, Figure)
    ]


@pytest.mark.parametrize("form", ReportFormat)
def test_the_same_document_gives_the_same_bytes(
    document: ReportDocument, form: ReportFormat
) -> None:
    assert write(document, form) == write(document, form)


def test_json_has_every_figure_with_its_unit(document: ReportDocument) -> None:
    told = json.loads(write(document, ReportFormat.JSON))
    tables = {each["title"]: each for each in told["tables"].values()}
    for title, row, place, figure in figures(document):
        (cells,) = (each for each in tables[title]["rows"] if each[0] == row)
        column = tables[title]["columns"][place]
        assert cells[place] == figure.value
        assert (column["unit"], column["decimals"]) == (figure.unit, figure.decimals)
    assert told["headline"] == document.headline
    assert told["edition"] == document.edition


def test_csv_has_every_figure_once(document: ReportDocument) -> None:
    rows = list(csv.DictReader(StringIO(write(document, ReportFormat.CSV).decode())))
    columns = {table.title: table.columns for table in document.tables}
    for title, row, place, figure in figures(document):
        found = [
            each["value"]
            for each in rows
            if (each["table"], each["row"], each["column"], each["unit"])
            == (title, row, columns[title][place].name, figure.unit)
        ]
        assert found == [figure.plain]
    (headline,) = (each["value"] for each in rows if each["row"] == "Headline")
    assert headline == document.headline


def test_the_workbook_has_every_figure_as_a_number_in_its_format(document: ReportDocument) -> None:
    book = workbook(write(document, ReportFormat.XLSX))
    for title, row, place, figure in figures(document):
        (found,) = (each for each in book[title[:31].strip()].iter_rows() if each[0].value == row)
        if figure.value is None:
            assert found[place].value == "unknown"
            continue
        assert float(found[place].value) == figure.value
        decimals = f".{'0' * figure.decimals}" if figure.decimals else ""
        assert found[place].number_format == f"#,##0{decimals}"
    assert book["Summary"]["A3"].value == document.headline
    assert book.properties.created.isoformat() == "2025-12-02T00:00:00"


def test_the_page_shows_every_figure(document: ReportDocument) -> None:
    page = Page(write(document, ReportFormat.HTML))
    for title, row, place, figure in figures(document):
        (cells,) = (each for each in page.tables[title] if each[0] == row)
        assert cells[place] == figure.text
    for key in document.key_figures:
        (cells,) = (each for each in page.tables["Key figures"] if each[0] == key.name)
        assert cells[1:3] == [key.figure.with_unit, key.interval]
    assert document.headline in page.text


def test_the_pdf_shows_every_figure(document: ReportDocument, pdf: bytes) -> None:
    first, *rest = pdf_pages(pdf)
    lines = set("".join(rest).split("\n"))
    for _, row, _, figure in figures(document):
        assert figure.text in lines, row
    for key in document.key_figures:
        assert key.figure.with_unit in first
    assert document.headline.replace(" ", "") in re.sub(r"\s", "", first)


def test_the_first_page_is_the_summary_and_pages_are_numbered(pdf: bytes) -> None:
    pages = pdf_pages(pdf)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text.replace("\n", "")
    assert "Key figures" in pages[0]
    assert "Method" not in pages[0]


def test_the_pdf_is_tagged_titled_in_english_and_its_charts_have_alt_text(
    document: ReportDocument, pdf: bytes
) -> None:
    with pikepdf.open(BytesIO(pdf)) as read:
        root = read.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en-GB"
        assert str(read.docinfo["/Title"]).startswith(document.title)
        assert root.ViewerPreferences.DisplayDocTitle
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root.Metadata.read_bytes()
        elements = list(_elements(root.StructTreeRoot))
        kinds = {str(each.S) for each in elements}
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= kinds
        alts = {str(each.Alt) for each in elements if "/Alt" in each}
        assert {chart.alt for chart in document.charts} <= alts
        (a4,) = {tuple(map(float, page.MediaBox)) for page in read.pages}
        assert a4 == pytest.approx((0, 0, 595.28, 841.89), abs=0.01)


def _elements(node: Any) -> Any:  # noqa: ANN401 - pikepdf's
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def test_the_page_is_accessible_and_asks_nobody_for_anything(document: ReportDocument) -> None:
    content = write(document, ReportFormat.HTML)
    page = Page(content)
    names = [name for name, _ in page.elements]
    attributes = dict(page.elements[0][1])
    assert (names[0], attributes["lang"]) == ("html", "en-GB")
    assert names.count("h1") == 1
    assert names.count("caption") == names.count("table") == len(document.tables) + 1
    assert all(
        given.get("scope") in {"col", "row"} for name, given in page.elements if name == "th"
    )
    pictures = [given for _, given in page.elements if given.get("role") == "img"]
    assert {each["aria-label"] for each in pictures} == {chart.alt for chart in document.charts}
    assert {"script", "link", "img", "iframe", "object"} & set(names) == set()
    assert not any({"src", "href", "xlink:href"} & set(given) for _, given in page.elements)
    assert re.findall(rb"url\((?!#)", content) == []
    ids = [given["id"] for _, given in page.elements if "id" in given]
    assert len(ids) == len(set(ids))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours ``#rrggbb`` (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_colour_of_the_page_has_the_contrast_that_wcag_asks(
    document: ReportDocument,
) -> None:
    content = write(document, ReportFormat.HTML).decode()
    style = content[content.index("<style>") : content.index("</style>")]
    colours = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", style))
    assert len(colours) >= 3
    assert {colour for colour in colours if contrast(colour, "#ffffff") < 4.5} == set()


def test_names_with_markup_are_shown_as_they_are_and_do_nothing() -> None:
    document = small_document(group=HOSTILE, lost=FORMULA)
    page = Page(write(document, ReportFormat.HTML))
    assert HOSTILE in [row[0] for row in page.tables["Energy and carbon by ward"]]
    assert "script" not in {name for name, _ in page.elements}
    text = re.sub(r"\s", "", "".join(pdf_pages(write(document, ReportFormat.PDF))))
    assert '#read("/etc/passwd")<script>alert(1)</script>*x*$y$' in text
    assert "root:" not in text
    book = workbook(write(document, ReportFormat.XLSX))
    cell = book["Lanterns without a known wattage"[:31].strip()]["A4"]
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    rows = list(csv.reader(StringIO(write(document, ReportFormat.CSV).decode())))
    assert f"'{FORMULA}" in {cell for row in rows for cell in row}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_markup_in_a_charts_names_stays_text() -> None:
    causes = PARTS.causes
    assert causes is not None
    hostile = {f"{HOSTILE}{name}": kwh for name, kwh in causes.by_cause_kwh.items()}
    document = small_document(
        parts=type(PARTS)(
            causes=type(causes)(baseline="b", baseline_kwh=6.0, used_kwh=2.5, by_cause_kwh=hostile)
        )
    )
    assert "script" not in {name for name, _ in Page(write(document, ReportFormat.HTML)).elements}
    assert pdf_pages(write(document, ReportFormat.PDF))


@pytest.mark.parametrize(
    "name", ["水道路", "🔥", "a\x00b\x07", "\u202eevil", "شارع", "\ufffd", "\U000e0001"]
)
def test_names_that_the_pdfs_fonts_cannot_show_are_named_by_their_numbers(name: str) -> None:
    document = small_document(group=name)
    assert workbook(write(document, ReportFormat.XLSX)).sheetnames
    text = re.sub(r"\s", "", "".join(pdf_pages(write(document, ReportFormat.PDF))))
    odd = next(sign for sign in name if not sign.isascii() or not sign.isprintable())
    assert f"[U+{ord(odd):04X}]" in text
    assert name.replace("\x00", "") in Page(write(document, ReportFormat.HTML)).text.replace(
        "\x00", ""
    )


def test_every_sign_that_is_said_to_be_shown_is_in_the_fonts() -> None:
    signs = "".join(chr(code) for first, last in SHOWN for code in range(first, last + 1))
    kept = "".join(sign for sign in showable(signs) if sign not in "[]U+0123456789ABCDEF")
    document = small_document(group=" ".join(kept))
    assert "Ŵ" in kept
    assert "£" in kept
    assert pdf_pages(write(document, ReportFormat.PDF))
