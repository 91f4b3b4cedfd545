"""CSV and its kin, as people's tools write them and as accidents leave them."""

import gzip
import os
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrometer.errors import EvidenceError
from tests.evidence.bench import Bench, definition, write

PLAIN = [("A", "software", 120), ("B", None, None), ("C", "retail; fintech", 7)]
TRAITS = "lead_id, industry, employees"


def leads(path: Path, content: str | bytes, name: str = "leads.csv") -> Bench:
    return Bench(leads=write(path / name, content))


@pytest.mark.parametrize(
    "content",
    [
        "lead_id,industry,employees\nA,software,120\nB,,\nC,retail; fintech,7\n",
        "lead_id,industry,employees\r\nA,software,120\r\nB,,\r\nC,retail; fintech,7\r\n",
        "lead_id,industry,employees\rA,software,120\rB,,\rC,retail; fintech,7\r",
        "lead_id,industry,employees\nA,software,120\nB,,\nC,retail; fintech,7",
        "\ufefflead_id,industry,employees\nA,software,120\nB,,\nC,retail; fintech,7\n",
        'lead_id;industry;employees\nA;software;120\nB;;\nC;"retail; fintech";7\n',
        "lead_id\tindustry\temployees\nA\tsoftware\t120\nB\t\t\nC\tretail; fintech\t7\n",
        "lead_id|industry|employees\nA|software|120\nB||\nC|retail; fintech|7\n",
        '"lead_id","industry","employees"\n"A","software","120"\n"B","",""\n"C","retail; fintech","7"\n',
        "employees,lead_id,industry\n120,A,software\n,B,\n7,C,retail; fintech\n",
        "\n\nlead_id,industry,employees\n\nA,software,120\n\nB,,\nC,retail; fintech,7\n\n",
        "lead_id,industry,employees\r\nA,software,120\nB,,\r\nC,retail; fintech,7\n",
    ],
    ids=["lf", "crlf", "cr", "no last line end", "bom", "semicolon", "tab", "pipe", "quoted", "other order",
         "blank lines", "mixed line ends"],
)  # fmt: skip
@pytest.mark.parametrize("pack", ["plain", "gzip", "zstd"])
def test_the_same_table_in_many_dresses(tmp_path: Path, content: str, pack: str) -> None:
    data = content.encode()
    if pack == "zstd":
        path = zstd(tmp_path / "leads.csv.zst", data)
        if content.startswith("\n") or ",120\nB,,\r\n" in content:
            with pytest.raises(EvidenceError, match=r"unpack it first \(zstd -d\)"):
                Bench(leads=path)
            return
    else:
        path = write(tmp_path / f"leads.csv{'.gz' * (pack == 'gzip')}", gzip.compress(data) if pack == "gzip" else data)
    found = Bench(leads=path)
    assert found.profile(TRAITS) == PLAIN
    assert found.evidence.notes == ()
    assert found.evidence.leads == 3


def zstd(path: Path, data: bytes) -> Path:
    """A zstd file with exactly these bytes in one raw block, as the format allows."""
    assert len(data) < 2**17
    header = b"\x28\xb5\x2f\xfd" + bytes([0b10100000]) + len(data).to_bytes(4, "little")
    return write(path, header + (len(data) << 3 | 1).to_bytes(3, "little") + data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_utf_16(tmp_path: Path, encoding: str, mark: bool) -> None:
    text = ("\ufeff" if mark and encoding != "utf-16" else "") + "lead_id\tindustry\r\nA\tMöbel\r\nB\t家具\r\n"
    found = leads(tmp_path, text.encode(encoding))
    assert found.profile("lead_id, industry") == [("A", "Möbel"), ("B", "家具")]


def test_a_quoted_line_break_is_one_row(tmp_path: Path) -> None:
    found = leads(tmp_path, 'lead_id,industry,employees\nA,"soft\nware",1\nB,"say ""hi""",x\n')
    assert found.profile("lead_id, industry") == [("A", "soft\nware"), ("B", 'say "hi"')]
    (note,) = found.evidence.notes
    assert note.samples == ((3, "x"),)


def test_a_line_break_in_a_header(tmp_path: Path) -> None:
    found = leads(tmp_path, 'lead_id,"Lead\nsize",industry\nA,7,x\nB,8,y\n')
    assert found.profile("lead_id, industry") == [("A", "x"), ("B", "y")]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"  \r\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    found = leads(tmp_path, content)
    assert found.profile() == []
    assert found.notes == ["leads.csv: warning: is empty; there is not even a header"]


def test_a_header_alone(tmp_path: Path) -> None:
    for content in ("lead_id,industry", "lead_id,industry\n", "lead_id;industry\r\n"):
        found = leads(tmp_path, content)
        assert found.profile("lead_id, industry") == []
        assert found.evidence.notes == ()


def test_one_column(tmp_path: Path) -> None:
    assert leads(tmp_path, "lead_id\nA\nB\n").profile("lead_id") == [("A",), ("B",)]


def test_rows_that_are_too_short_are_filled_up_and_reported(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry,employees\nA,software,120\nB\nC,retail,7\nD,fint")
    assert found.profile(TRAITS) == [("A", "software", 120), ("B", None, None), ("C", "retail", 7), ("D", "fint", None)]
    (note,) = found.evidence.notes
    assert (note.level, note.count, note.samples) == ("warning", 2, ((3, "B"), (5, "D,fint")))
    assert "cut off" in note.why


def test_rows_that_are_too_long_are_left_out_and_reported(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry,employees\nA,software,120\nB,soft,ware,9\nC,retail,x\n")
    assert found.profile(TRAITS) == [("A", "software", 120), ("C", "retail", None)]
    long, unreadable = found.evidence.notes
    assert (long.level, long.count, long.samples) == ("warning", 1, ((3, "B,soft,ware,9"),))
    assert unreadable.samples == ((4, "x"),)


def test_delimiters_after_the_last_column_do_not_matter(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry,employees\nA,software,120,\nB,,,,\nC,retail; fintech,7,,\n")
    assert found.profile(TRAITS) == PLAIN
    assert found.evidence.notes == ()


def test_a_quote_that_never_closes(tmp_path: Path) -> None:
    found = leads(tmp_path, 'lead_id,industry,employees\nA,software,120\nB,"soft,1\nC,retail,7\n')
    assert found.profile(TRAITS)[0] == ("A", "software", 120)
    assert any("fewer than the 3 columns" in note for note in found.notes)


def test_windows_letters_are_read_and_reported(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry\nA,Möbel\nB,plain\nC,“quoted” – 5 €\n".encode("cp1252"))
    assert found.profile("lead_id, industry") == [("A", "Möbel"), ("B", "plain"), ("C", "“quoted” – 5 €")]
    (note,) = found.evidence.notes
    assert (note.level, note.count, note.samples) == ("warning", 2, ((2, "A,Möbel"), (4, "C,“quoted” – 5 €")))
    assert "Windows-1252" in note.why


def test_one_bad_byte_among_good_letters(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry\nA,Möbel\nB,".encode() + b"M\xf6bel\nC,\x81\n")
    assert found.profile("lead_id, industry") == [("A", "Möbel"), ("B", "Möbel"), ("C", "\x81")]
    assert found.evidence.notes[0].samples == ((3, "B,Möbel"), (4, "C,\x81"))


def test_a_zero_byte_in_a_text(tmp_path: Path) -> None:
    found = leads(
        tmp_path, b"lead_id,industry,employees\nA,soft\x00ware,1\nB\x00,x,\x00\nC,plenty of other letters here,2\n"
    )
    assert found.profile("lead_id, industry")[:2] == [("A", "soft\0ware"), ("B\0", "x")]
    assert found.evidence.notes[0].samples == ((3, "\0"),)


def test_a_header_with_a_name_twice(tmp_path: Path) -> None:
    assert leads(tmp_path, "lead_id,x,x,industry\nA,1,2,y\n").profile("industry") == [("y",)]
    with pytest.raises(
        EvidenceError, match=r"leads.csv: `industry` stands in the header more than once \(columns 2, 4\)"
    ):
        leads(tmp_path, "lead_id,industry,x,industry\nA,1,2,y\n")


def test_names_that_are_nearly_right_are_not_guessed(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,Industry,employees ,Budget\nA,software,7,x\n")
    assert found.profile("industry, employees") == [(None, None)]
    assert found.notes == [
        "leads.csv: warning: column `Industry` is left out, and `industry` isn't there; names are compared"
        " exactly; rename it, or say --map industry=Industry",
        "leads.csv: warning: column `employees ` is left out, and `employees` isn't there; names are"
        " compared exactly; rename it, or say --map 'employees=employees '",
        "leads.csv: note: 1 column not in the definition: `Budget`; left out",
    ]


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.csv", "Lead ID,Industry,Lead Source,employees\nA,software,web,5\n")
    found = Bench(leads=path, lead_id="Lead ID", columns={"industry": "Industry"})
    assert found.profile("lead_id, industry, channel, employees") == [("A", "software", "web", 5)]
    assert found.evidence.notes == ()


def test_a_trait_goes_by_its_column_or_its_own_name(tmp_path: Path) -> None:
    assert leads(tmp_path, "lead_id,channel\nA,web\n").profile("channel") == [("web",)]
    assert leads(tmp_path, "lead_id,channel,Lead Source\nA,web,ads\nB,web,\n").profile("channel") == [
        ("ads",),
        ("web",),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Lead ID,x\nA,x\n", "the columns are `Lead ID`, `x`; say which one it is with --lead-id 'Lead ID'"),
        ("id,industry\nA,x\n", "say which one it is with --lead-id"),
        ("1,2268318,2520377,pv,1511544070\n1,2333346,2520771,pv,1511561733\n", "the file seems to lack a header row"),
    ],
)  # fmt: skip
def test_no_column_of_lead_ids(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(EvidenceError) as error:
        leads(tmp_path, content)
    assert said in str(error.value)


def test_a_lead_in_two_rows_is_an_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        leads(tmp_path, "lead_id\nA\nB\nA\nC\nB\nB\nB\n")
    assert str(error.value) == "leads.csv: a lead stands in one row, but `A` in rows 2, 4; `B` in rows 3, 6, 7, …"


def test_a_lead_in_two_files_is_an_error_that_names_both(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.csv", "lead_id\nA\n"), write(tmp_path / "b.csv", "lead_id\nB\nA\n")
    with pytest.raises(EvidenceError, match=r"`A` in rows 2 of a.csv, 3 of b.csv"):
        Bench(leads=[one, other])


def test_rows_without_an_id_are_left_out_and_reported(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry\nA,x\n,y\n  ,z\n")
    assert found.profile("lead_id") == [("A",)]
    assert found.notes == ["leads.csv: warning: 2 rows without `lead_id` (row 3, row 4); left out"]


def test_ids_are_text_and_exact(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id\n007\n7\n A\nA\n7.0\na\n")
    assert found.profile("lead_id") == [(" A",), ("007",), ("7",), ("7.0",), ("A",), ("a",)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("leads.csv", os.urandom(4096), "isn't a text file"),
        ("leads.csv", b"\0" * 4096, "isn't a text file"),
        ("leads.csv", b"PK\x03\x04" + b"x" * 100, "Excel workbook"),
        ("leads.csv", b"%PDF-1.7", "a PDF"),
        ("leads.csv.gz", b"lead_id\nA\n", "called compressed, but isn't"),
        ("leads.csv.zst", b"lead_id\nA\n", "called compressed, but isn't"),
        ("leads.csv.gz", gzip.compress(b"lead_id\n" + os.urandom(9999).hex().encode())[:5000], "cut off or damaged"),
        ("leads.csv.gz", b"\x1f\x8b\x08" + b"rubbish" * 10, "can't be unpacked"),
        ("leads.csv.zst", b"\x28\xb5\x2f\xfd" + b"rubbish" * 10, "cut off or damaged"),
        ("leads.parquet", b"lead_id\nA\n", "called Parquet, but isn't"),
        ("leads.parquet", b"PAR1" + b"rubbish" * 10 + b"PAR1", "isn't a Parquet file"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_is_called(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(EvidenceError) as error:
        leads(tmp_path, content, name)
    assert said in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_zstd_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.zst"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT uuid() AS lead_id FROM range(50000)) TO '{path}' (FORMAT csv, COMPRESSION zstd)")
    assert Bench(leads=path).evidence.leads == 50_000
    whole = path.read_bytes()
    for part in (len(whole) // 2, len(whole) - 1, 5, 8):
        with pytest.raises(EvidenceError, match="is cut off or damaged"):
            Bench(leads=write(path, whole[:part]))


def test_what_needs_mending_must_be_unpacked_from_zstd(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"unpack it first \(zstd -d\)"):
        Bench(leads=zstd(tmp_path / "leads.csv.zst", b"lead_id,industry\nA,x\nB\n"))


def test_a_very_long_text(tmp_path: Path) -> None:
    found = leads(tmp_path, "lead_id,industry\nA," + "x" * 3_000_000 + "\nB,y\n")
    assert ("B", "y") in found.profile("lead_id, industry")


def test_a_name_that_holds_wildcards(tmp_path: Path) -> None:
    write(tmp_path / "leads1.csv", "lead_id\nwrong\n")
    write(tmp_path / "leadsX.csv", "lead_id\nwrong\n")
    for name in ("leads[1].csv", "leads*.csv", "leads?.csv", "it's.csv", 'say "hi".csv', "ünï.csv", "a,b.csv", "-"):
        assert (
            leads(tmp_path, "lead_id\nright\n", f"{name}").profile("lead_id") == [("right",)] if name != "-" else True
        )


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    ['"', ",", ";", "\n", "\r\n", "'", " ", "\t", '""', "a\nb", "|", "é", "日本", "=1+1"]
)


@settings(max_examples=60)
@given(
    cells=st.lists(CELLS, min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
)
def test_every_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], delimiter: str, end: str, quoted: bool
) -> None:
    def cell(text: str) -> str:
        plain = not quoted and not set(text) & {'"', delimiter, "\n", "\r"}
        return text if plain else '"' + text.replace('"', '""') + '"'

    lines = [delimiter.join([f"L{number}", cell(text), "1"]) for number, text in enumerate(cells)]
    content = end.join([delimiter.join(["lead_id", "industry", "employees"]), *lines, ""])
    found = leads(tmp_path_factory.mktemp("texts"), content)
    assert found.profile(TRAITS) == [
        (f"L{number}", None if not text.strip() or text == "NA" else text, 1) for number, text in enumerate(cells)
    ]


@settings(max_examples=25)
@given(content=st.binary(max_size=300) | st.text("lead_id,;\n\r\"'\0é A1\t|", max_size=200).map(str.encode))
def test_nothing_but_our_own_errors(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("rubbish")
    for name in ("x.csv", "x.jsonl", "x", "x.parquet"):
        path = write(folder / name, content)
        with suppress(EvidenceError):
            Bench(GIVEN, leads=path)
        with suppress(EvidenceError):
            Bench(GIVEN, events=path)


GIVEN = definition()
