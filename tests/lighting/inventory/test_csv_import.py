"""CSV files: every kind of bad row and bad file, each with its line, field, value and cure."""

import io

import pytest

from lighting.inventory import council_file, csv_rows
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping import FileMapping
from lighting.inventory.mapping_text import parse_mapping
from lighting.inventory.rows import Accepted, Rejected, RowProblem

SMALL = """
name = "small"
format = "csv"
[key]
prefix = "t"
columns = "Id"
[position]
system = "british_national_grid"
x = "E"
y = "N"
[text]
road = "Road"
[number]
power_w = { column = "W", unit = "W" }
height_m = { column = "H", unit = "m" }
"""
SMALL_HEADER = "Id,Road,W,H,E,N\n"
GOOD = "1,Taper Lane,20,6,430000,433000\n"


def small(**csv: str) -> FileMapping:
    entries = "".join(f'{name} = "{value}"\n' for name, value in csv.items())
    return parse_mapping(SMALL + "[csv]\n" + entries, name="small")


def outcomes(text: str | bytes, mapping: FileMapping | None = None) -> list[Accepted | Rejected]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_lanterns(io.BytesIO(data), mapping or small()))


def lanterns(text: str | bytes, mapping: FileMapping | None = None) -> list[Lantern]:
    return [found.lantern for found in outcomes(text, mapping) if isinstance(found, Accepted)]


def problems(text: str | bytes, mapping: FileMapping | None = None) -> list[RowProblem]:
    found = [x for x in outcomes(text, mapping) if isinstance(x, Rejected)]
    return [problem for rejection in found for problem in rejection.problems]


def whole_file_error(text: str | bytes, mapping: FileMapping | None = None) -> str:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(CouncilFileError) as caught:
        read_lanterns(io.BytesIO(data), mapping or small())
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "field", "value", "problem", "cure"),
    [
        (",A,20,6,430000,433000", "Id", "", "the row has no key", "give the lantern its number"),
        ("2,A,20,6,,433000", "E", "", "the coordinate is missing", "British National Grid metres"),
        ("2,A,20,6,x,433000", "E", "x", "is not a number", "with a decimal point and no unit"),
        ("2,A,20,6,430000,NaN", "N", "NaN", "is not a number", "British National Grid metres"),
        ("2,A,20,6,-1.55,53.8", "E", "-1.55", "is outside 0 to 700,000", "metres (easting"),
        ("2,A,20,6,0,0", "E, N", "0, 0", "is the origin, not a place", "give the true place"),
        ("2,A,-5,6,430000,433000", "W", "-5", "must be above 0 and at most 2000", "(now W)"),
        ("2,A,2001,6,430000,433000", "W", "2001", "power_w = 2001", "or the unit in the mapping"),
        ("2,A,20 W,6,430000,433000", "W", "20 W", "is not a number", "or leave it empty"),
        ("2,A,nan,6,430000,433000", "W", "nan", "is not a number", "give a number of W"),
        ("2,A,20,600,430000,433000", "H", "600", "at most 60", "the unit in the mapping (now m)"),
        ("2,A,20,-6,430000,433000", "H", "-6", "must be above 0", "correct it"),
        ("2,A,20,6,430000", "(the row)", "2,A,20,6,430000", "has 5 cells where the header", "add"),
        ("2,A,B,20,6,430000,433000", "(the row)", "2,A,B,20,6,430000,433000", "7 cells", "quotes"),
        ('2,"A"B,20,6,430000,433000', "(the row)", "lines 3 to 3", "is not a CSV record", "quote"),
        ("1,A,20,6,430000,433000", "Id", "1", "row 2 has the same key", "give each lantern its"),
        ("2,A\x00B,20,6,430000,433000", "Road", "'A\\x00B'", "a control character", "remove it"),
        (f"2,{'A' * 501},20,6,430000,433000", "Road", "A" * 80, "has 501 characters", "500"),
    ],
)
def test_a_bad_row_is_reported_with_row_field_value_and_cure_and_the_others_are_taken(
    row: str, field: str, value: str, problem: str, cure: str
) -> None:
    text = f"{SMALL_HEADER}{GOOD}{row}\n9,Taper Lane,20,6,430030,433000\n"
    (found,) = problems(text)
    assert (found.row, found.field, found.value) == (3, field, value)
    assert problem in found.problem
    assert cure in found.cure
    assert [lantern.lantern_id for lantern in lanterns(text)] == ["t:1", "t:9"]


def test_a_row_with_several_faults_reports_them_all() -> None:
    found = problems(f"{SMALL_HEADER},A,-1,900,x,433000\n")
    assert [problem.field for problem in found] == ["Id", "E", "W", "H"]


def test_undecodable_bytes_reject_their_row_and_name_the_offset_in_the_file() -> None:
    start = (SMALL_HEADER + GOOD).encode()
    text = start + b"2,Caf\xe9 Lane,20,6,430000,433000\n3,A,20,6,430030,433000\n"
    (found,) = problems(text)
    assert (found.row, found.value) == (3, "byte 0xe9")
    assert f"cannot be read as utf-8 at byte {len(start) + 5} of the file" in found.problem
    assert "cp1252" in found.cure
    assert [lantern.lantern_id for lantern in lanterns(text)] == ["t:1", "t:3"]


def test_windows_1252_is_read_only_where_the_mapping_says_so() -> None:
    text = SMALL_HEADER.encode() + b"2,Caf\xe9 Lane,20,6,430000,433000\n"
    assert [lantern.road for lantern in lanterns(text, small(encoding="cp1252"))] == ["Café Lane"]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = ("\ufeff" + SMALL_HEADER + GOOD).replace("\n", "\r\n")
    assert lanterns(text) == lanterns(SMALL_HEADER + GOOD)


def test_a_quoted_line_end_counts_as_a_line_and_reads_as_a_space() -> None:
    text = f'{SMALL_HEADER}1,"Taper\nLane",20,6,430000,433000\n\n2,A,20,6,430000,x\n'
    assert lanterns(text)[0].road == "Taper Lane"
    assert [problem.row for problem in problems(text)] == [5]


def test_a_quote_that_is_never_closed_rejects_the_lines_it_swallows() -> None:
    text = f'{SMALL_HEADER}{GOOD}2,"A,20,6,430000,433000\n3,A,20,6,430030,433000\n'
    (found,) = problems(text)
    assert (found.row, found.value) == (3, "lines 3 to 4")
    assert "double quote" in found.cure


def test_a_field_of_megabytes_is_rejected_without_being_read_whole() -> None:
    huge = "x" * (2 * csv_rows.MAX_LINE_BYTES)
    text = f"{SMALL_HEADER}2,{huge},20,6,430000,433000\n{GOOD}"
    (found,) = problems(text)
    assert found.row == 2
    assert found.problem == "the line has more than 1,048,576 bytes"
    assert [lantern.lantern_id for lantern in lanterns(text)] == ["t:1"]


def test_none_texts_of_a_column_mean_no_value() -> None:
    mapping = parse_mapping(SMALL + '[none]\nW = ["N/A", "-"]\n', name="small")
    text = f"{SMALL_HEADER}1,A,N/A,6,430000,433000\n2,-,-,6,430030,433000\n"
    assert [(x.power_w, x.road) for x in lanterns(text, mapping)] == [(None, "A"), (None, "-")]


def test_fixed_texts_hold_for_every_row() -> None:
    mapping = parse_mapping(SMALL + '[fixed]\nlighting_class = "P4"\n', name="small")
    assert [x.lighting_class for x in lanterns(SMALL_HEADER + GOOD, mapping)] == ["P4"]


def test_semicolons_are_read_where_the_mapping_says_so() -> None:
    text = (SMALL_HEADER + GOOD).replace(",", ";")
    assert lanterns(text, small(delimiter=";")) == lanterns(SMALL_HEADER + GOOD)


def test_a_value_that_cannot_be_a_tag_is_left_out_with_a_warning() -> None:
    text = SMALL + '[[kept_tags]]\nprefix = "road:"\ncolumn = "Road"\n'
    (found,) = outcomes(f"{SMALL_HEADER}1,?!,20,6,430000,433000\n", parse_mapping(text, name="t"))
    assert isinstance(found, Accepted)
    assert found.lantern.tags == frozenset()
    assert [(w.field, w.value) for w in found.warnings] == [("Road", "?!")]


def test_a_missing_column_names_the_missing_and_the_present_ones() -> None:
    error = whole_file_error("Id,Road,W,H,X,Y\n")
    assert "columns missing: E, N; columns present: Id, Road, W, H, X, Y" in error
    assert "mapping" in error


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "columns present: none"),
        (b"PK\x03\x04 rest of a workbook", "spreadsheet"),
        (SMALL_HEADER.encode("utf-16"), "UTF-16"),
        (b"Id,Road,W,H,E,E,N\n", "two columns are called 'E'"),
        (b'Id,"Road"x,W,H,E,N\n', "the header cannot be read"),
        (b"Id,Ro\xe9d,W,H,E,N\n", "byte 0xe9 cannot be read as utf-8 at byte 5"),
    ],
)
def test_a_file_that_is_no_csv_table_is_refused_as_a_whole(data: bytes, words: str) -> None:
    assert words in whole_file_error(data)


def test_rows_keep_their_order_across_the_chunks_that_are_converted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [f"{n},A,20,6,{430000 + n},433000\n" for n in range(7)]
    rows[3] = "3,A,20,6,x,433000\n"
    text = SMALL_HEADER + "".join(rows)
    whole = outcomes(text)
    monkeypatch.setattr(council_file, "CHUNK_ROWS", 2)
    assert outcomes(text) == whole
    assert [found.row for found in whole] == [2, 3, 4, 5, 6, 7, 8]


def test_utf_16_without_its_mark_and_other_delimiters_are_named() -> None:
    assert "as UTF-16 text" in whole_file_error((SMALL_HEADER + GOOD).encode("utf-16-le"))
    semicolons = (SMALL_HEADER + GOOD).replace(",", ";")
    assert "apart by ';': save it with ',' between them" in whole_file_error(semicolons)
    assert "apart by ',': save it with ';'" in whole_file_error(SMALL_HEADER, small(delimiter=";"))
