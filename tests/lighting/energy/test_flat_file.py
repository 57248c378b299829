"""The official flat file as CSV: the rows found, and every way in which a file can be another."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from lighting.energy.carbon import uk_factors
from lighting.energy.carbon_errors import FlatFileError, YearKnownError
from lighting.energy.factor_text import factors_text, parse_factors
from lighting.energy.flat_file import read_flat_file, with_year

# Columns and IDs: reference energy.md 2. Figures of 2025: the same table. Titles above the header
# and rows of single gases beside the totals, as in the workbook; all typed by hand.
COLUMNS = "ID,Scope,Level 1,Level 2,Level 3,Level 4,Column Text,UOM,GHG/Unit"
UK = "Electricity: UK,,,kWh,kg CO2e"
GENERATION = f"7_400_4000_5_1,Scope 2,UK electricity,Electricity generated,{UK},0.17700"
TD = f"13_402_4000_5_1,Scope 3,Transmission and distribution,T&D- UK electricity,{UK},0.01853"
WTT_LEVELS = "Scope 3,WTT- UK electricity,WTT- UK electricity"
WTT = f"15_917_4000_5_1,{WTT_LEVELS} (generation),{UK},0.04590"
WTT_TD = f"15_918_4000_5_1,{WTT_LEVELS} (T&D),{UK},0.00397"
GAS = GENERATION.replace("_5_1", "_5_2").replace("CO2e", "CO2e of CO2 per unit")
HEAT = "8_401_4001_5_1,Scope 2,Heat and steam,Heat and steam,Onsite,,,kWh,kg CO2e,0.17"


def flat_file(*rows: str, year: int = 2025) -> bytes:
    """Return the sheet with these rows, as Excel saves it."""
    titles = "UK Government GHG Conversion Factors,,,\r\n\r\n,,,\r\n"
    return (titles + "\r\n".join((f"{COLUMNS},GHG Conversion Factor {year}", *rows))).encode(
        "utf-8-sig"
    )


WHOLE = flat_file(GENERATION, GAS, HEAT, TD, WTT, WTT_TD)


def test_the_four_scope_lines_of_2025_come_out_as_they_were_typed_from_the_workbook() -> None:
    row = read_flat_file(WHOLE, 2025, document="flat.csv", publisher="DESNZ")
    assert row.by_line == uk_factors().of_year(2025).by_line
    assert "2025 (DESNZ): flat file flat.csv" in row.source
    assert sha256(WHOLE).hexdigest() in row.source
    assert "7_400_4000_5_1, 13_402_4000_5_1, 15_917_4000_5_1, 15_918_4000_5_1" in row.source


def test_rows_may_have_other_ids_in_another_year() -> None:
    rows = [row.replace("_4000_5_1", "_9_9_9") for row in (GENERATION, TD, WTT, WTT_TD)]
    row = read_flat_file(flat_file(*rows, year=2026), 2026, document="f", publisher="DESNZ")
    assert (row.year, row.generation) == (2026, 0.177)


Change = Callable[[bytes], bytes]


def _swap(old: str, new: str) -> Change:
    return lambda data: data.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            _swap("Factor 2025", "Factor 2024"),
            r"line 4: has 0 columns 'GHG Conversion Factor 2025'",
        ),
        (_swap("UOM,", "Unit,"), r"0 columns 'UOM', expected 1 \| the columns are: ID, .*Unit"),
        (_swap("Level 3,", "Scope,"), r"has 2 columns 'Scope'"),
        (_swap("ID,Scope,", "Id,Range,"), "has no row of columns; expected: ID, Scope, Level 1"),
        (_swap(WTT_TD, ""), r"\(T&D\), kWh, kg CO2e .*15_918_4000_5_1\); found 0: no row like it"),
        (_swap(GENERATION, ""), "generation .*expected one row.*found 1: line 6: 7_400_4000_5_2"),
        (_swap(TD, f"{TD}\r\n{TD}"), "transmission and distribution .*found 2: line 8: .*; line 9"),
        (_swap("Electricity: UK,,,kWh,kg CO2e,0.01853", ",,,MWh,kg CO2e,18.53"), "found 1: .*MWh"),
        (
            _swap("Electricity generated,Elec", "Electricity made,Elec"),
            "found 1: .*Electricity made",
        ),
        (_swap("0.17700", "n/a"), "line 5: .*its factor is 'n/a'; allowed: a plain number"),
        (_swap("0.17700", '"0,177"'), "its factor is '0,177'"),
        (_swap("0.17700", "177"), "its factor is '177'; .*up to 2"),
        (_swap("0.17700", "0"), "its factor is '0'"),
        (_swap("0.17700", ""), "its factor is ''"),
        (_swap("0.17700", "nan"), "its factor is 'nan'"),
        (lambda _: b"PK\x03\x04\x14\x00", "is a workbook: save .*'Factors by Category' as CSV"),
        (lambda _: b"\xd0\xcf\x11\xe0\xa1", "is a workbook"),
        (lambda data: data + "£".encode("latin-1"), "is not UTF-8 text"),
        (lambda _: b"", "has no row of columns"),
        (lambda data: data + b',"' + b"x" * 200_000, "is no CSV: field larger"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_was_found_and_what_is_expected(
    change: Change, told: str
) -> None:
    changed = change(WHOLE)
    assert changed != WHOLE
    with pytest.raises(FlatFileError, match=told):
        read_flat_file(changed, 2025, document="flat.csv", publisher="DESNZ")


def test_a_year_is_added_to_the_table_and_the_table_reads_back_as_it_was() -> None:
    row = read_flat_file(
        flat_file(GENERATION, TD, WTT, WTT_TD, year=2026), 2026, document="f", publisher="D"
    )
    table = with_year(uk_factors(), row)
    assert sorted(table.by_year) == [*range(2013, 2027)]
    again = parse_factors(factors_text(table), document="t")
    assert again == table
    assert again.identity == table.identity
    assert table.version != uk_factors().version


def test_a_years_other_figures_are_replaced_only_when_asked() -> None:
    other = read_flat_file(WHOLE.replace(b"0.17700", b"0.17701"), 2025, document="f", publisher="D")
    with pytest.raises(
        YearKnownError, match=r"other factors for 2025 \(2025 \(DESNZ\): .*replaced"
    ):
        with_year(uk_factors(), other)
    assert with_year(uk_factors(), other, replace=True).of_year(2025).generation == 0.17701
    same = read_flat_file(WHOLE, 2025, document="f", publisher="D")
    assert with_year(uk_factors(), same).version == uk_factors().version
