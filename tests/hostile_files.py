"""Files made to fill, stop or deceive whoever reads them: name, content, a word of the refusal."""

import io
import json
import random
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

MEBIBYTE = 2**20
SHEET = "xl/worksheets/sheet1.xml"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = "编号,走访日期,走访类型,村社区\n"


def write_hostile_files(folder: Path) -> dict[str, str]:
    """Writes all of them; file name -> a word that the sentence about it must contain."""
    reasons = {}
    for name, content, reason in (*workbooks(), *parquets(), *texts(), *archives()):
        assert name not in reasons, name
        (folder / name).write_bytes(content)
        reasons[name] = reason
    return reasons


# XLSX


def workbook(rows: int = 3) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("走访")
        for row in range(rows):
            sheet.write_row(row, 0, HEAD.strip().split(",") if not row else [str(row)] * 4)
    return out.getvalue()


Change = Callable[[str, bytes], bytes | None]


def changed(content: bytes, change: Change, more: dict[str, bytes] | None = None) -> bytes:
    """A zip with each part as `change` makes it, and more parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def sheet_xml(cells: str, prolog: str = "") -> bytes:
    rows = f"<sheetData>{cells}</sheetData>"
    return f'<?xml version="1.0"?>{prolog}<worksheet {NS}>{rows}</worksheet>'.encode()


def with_sheet(xml: bytes, part: str = SHEET, more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with another sheet, under a name of its own."""
    short = part.removeprefix("xl/").encode()

    def change(name: str, content: bytes) -> bytes | None:
        if name == SHEET:
            return None
        return content.replace(b"worksheets/sheet1.xml", short)

    return changed(workbook(), change, {part: xml} | (more or {}))


def with_texts(texts: str, prolog: str = "", cells: str = "") -> bytes:
    """The workbook with other shared texts."""
    xml = f'<?xml version="1.0"?>{prolog}<sst {NS}>{texts}</sst>'.encode()
    sheet = sheet_xml(cells or shared_rows(3))

    def change(name: str, content: bytes) -> bytes | None:
        return {"xl/sharedStrings.xml": xml, SHEET: sheet}.get(name, content)

    return changed(workbook(), change)


def shared_rows(rows: int) -> str:
    """Cells A1 … that all show the first shared text."""
    return "".join(
        f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, rows + 1)
    )


def far_cell() -> bytes:
    near = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    return sheet_xml(near + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_without_names() -> bytes:
    """A cell without a position of its own, and one beyond what 32 bits can say."""
    far = '<row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row>'
    return sheet_xml(f'<row r="1"><c t="str"><v>a</v></c></row>{far}')


TENFOLD = "".join(f"<!ENTITY {c} '{f'&{b};' * 10}'>" for b, c in pairwise("abcdefghij"))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a '哈哈哈'>{TENFOLD}]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def workbooks() -> Iterator[tuple[str, bytes, str]]:
    book, long = workbook(), "x" * (8 * MEBIBYTE)
    range_, cell = "工作表范围达", "32,767 字"
    yield "far-cell.xlsx", with_sheet(far_cell()), range_
    yield "far-cell-dat.xlsx", with_sheet(far_cell(), "xl/worksheets/sheet1.dat"), range_
    yield "far-cell-XML.xlsx", with_sheet(far_cell(), "xl/worksheets/sheet1.XML"), range_
    yield "far-cell-none.xlsx", with_sheet(far_cell(), "xl/表"), range_
    yield "far-row.xlsx", with_sheet(far_without_names()), range_
    yield "long-shared.xlsx", with_texts(f"<si><t>{long}</t></si>", "", shared_rows(698)), cell
    runs = f"<r><t>{'x' * 30_000}</t></r>" * 400
    yield "long-runs.xlsx", with_texts(f"<si>{runs}</si>", "", shared_rows(698)), "上限"
    cdata = f"<si><t><![CDATA[{long}]]></t></si>"
    yield "long-cdata.xlsx", with_texts(cdata, "", shared_rows(698)), "上限"
    inline = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row>'
    yield "long-inline.xlsx", with_sheet(sheet_xml(inline)), cell
    formula = f'<row r="1"><c r="A1" t="str"><f>A2</f><v>{"&#x4e00;" * 40_000}</v></c></row>'
    yield "long-formula.xlsx", with_sheet(sheet_xml(formula)), cell
    yield "laughs.xlsx", with_texts("<si><t>&j;</t></si>", LAUGHS), ""
    laughs = sheet_xml("<row r='1'><c><v>&j;</v></c></row>", LAUGHS)
    yield "laughs-sheet.xlsx", with_sheet(laughs), ""
    yield "outside.xlsx", with_texts("<si><t>&a;</t></si>", OUTSIDE), ""
    bomb = changed(book, lambda name, part: part + b" " * (64 * MEBIBYTE) * ("theme" in name))
    yield "bomb.xlsx", bomb, "解压后达"
    size = 64 * MEBIBYTE + len(zipfile.ZipFile(io.BytesIO(book)).read("xl/theme/theme1.xml"))
    yield "bomb-lie.xlsx", bomb.replace(struct.pack("<I", size), struct.pack("<I", 9)), "解压后达"
    nested = changed(book, lambda _, part: part, {"xl/media/a.xlsx": bomb})
    cut = nested[: len(nested) // 2]
    yield "nested-cut.xlsx", cut, "已损坏"
    many = changed(book, lambda _, part: part, {f"xl/p{at}": b"" for at in range(12_000)})
    yield "many-parts.xlsx", many, "部件"
    flagged = bytearray(book)
    at = -1
    while (at := book.find(b"PK\1\2", at + 1)) >= 0:
        flagged[at + 8] |= 1
    yield "encrypted.xlsx", bytes(flagged), "已加密"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
    yield "encrypted-ole.xlsx", ole + "EncryptedPackage".encode("utf-16-le"), "已加密"
    yield "half.xlsx", book[: len(book) // 2], "已损坏"
    yield "no-sheet.xlsx", changed(book, lambda n, p: None if n == SHEET else p), ""
    garbage = random.Random(1).randbytes(2_000)
    yield "garbage.xlsx", changed(book, lambda n, p: garbage if n == SHEET else p), ""
    wide = "".join(f'<c r="{letters(at)}1"><v>1</v></c>' for at in range(1, 16_385))
    yield "wide.xlsx", with_sheet(sheet_xml(f'<row r="1">{wide}</row>')), "列"
    deep = "<row>" * 200_000
    yield "deep.xlsx", with_sheet(sheet_xml(deep)), ""


def letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


# Parquet


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd", **options)
    return out.getvalue()


def parquets() -> Iterator[tuple[str, bytes, str]]:
    long, cell = ["y" * MEBIBYTE], "32,767 字"
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 4_400, pa.int32()), long)
    yield "dictionary.parquet", parquet({"编号": same}, store_schema=False), cell
    yield "plain.parquet", parquet({"编号": long * 300}, use_dictionary=False), cell
    delta: dict[str, Any] = {
        "use_dictionary": False,
        "column_encoding": {"编号": "DELTA_BYTE_ARRAY"},
    }
    yield "delta.parquet", parquet({"编号": long * 300}, **delta), cell
    yield "list.parquet", parquet({"编号": [[1, 2]]}), "嵌套"
    yield "structure.parquet", parquet({"编号": [{"a": 1}]}), "嵌套"
    kind = pa.map_(pa.string(), pa.string())
    yield "map.parquet", parquet({"编号": pa.array([[("a", "b")]], kind)}), "嵌套"
    yield "bytes.parquet", parquet({"编号": [b"\xff\xfe"]}), "二进制"
    yield "fixed.parquet", parquet({"编号": pa.array([b"ab"], pa.binary(2))}), "二进制"
    nothing = pa.nulls(4_000_000, pa.float64())
    yield "nothing.parquet", parquet({f"列{at}": nothing for at in range(100)}), "大小上限"
    rows = pa.nulls(20_000_001, pa.int8())
    yield "rows.parquet", parquet({"编号": rows}), "20,000,000 行"
    yield "columns.parquet", parquet({f"c{at}": [1] for at in range(5_000)}), "列"
    whole = parquet({"编号": ["1"] * 500})
    yield "half.parquet", whole[: len(whole) // 2], "已损坏"
    yield "footer.parquet", whole[:-8] + b"\xff\xff\xff\x7fPAR1", "已损坏"
    yield "encrypted.parquet", b"PARE" + whole[4:-4] + b"PARE", "已加密"


# Text


def texts() -> Iterator[tuple[str, bytes, str]]:
    yield "commas.csv", b"," * 100_000_000, "长达 1 MB 以上"
    yield "semicolons.csv", b";" * 3_000_000 + b"\n1\n", "长达 1 MB 以上"
    yield "one-line.csv", b"a" * 50_000_000, "长达 1 MB 以上"
    yield "columns.csv", b",".join(b"c%d" % at for at in range(1_001)) + b"\n1\n", "1,001 列"
    yield "quote.csv", HEAD.encode() + b'1,"' + b"x\n" * 5_000_000, "引号没有成对"
    yield "broken.csv", HEAD.encode() + b"1\n" * 150_000, "行的列数与列名不符"
    yield "nul.csv", HEAD.encode() + b"1,2\0,3,4\n", "空字符"
    noise = HEAD.encode() + random.Random(2).randbytes(100_000)
    yield "noise.csv", noise, ""
    yield "half-signs.csv", HEAD.encode("utf-16")[:-1], ""
    yield "gzip.csv", b"\x1f\x8b\x08" + b"\0" * 100, "压缩包"
    yield "page.csv", b"<!DOCTYPE html><table>", "网页"
    yield "empty.csv", b"", "文件是空的"


# Zip


def archives() -> Iterator[tuple[str, bytes, str]]:
    layer = b"0" * (10 * MEBIBYTE)
    for depth in range(6):
        layer = zipped({f"{depth}-{at}.zip": layer for at in range(10)})
    yield "layers.zip", layer, "压缩包"
    yield "table.zip", zipped({"visit.csv": HEAD.encode()}), "压缩包"
    yield "outside.zip", zipped({"../../etc/走访.csv": HEAD.encode()}), "压缩包"
    yield "nothing.zip", zipped({}), "压缩包"
    yield "word.zip", zipped({"word/document.xml": b"<a/>"}), "Word"
    named = zipped({"xl/workbook.xml": b"<workbook/>"})
    yield "huge-sizes.zip", named.replace(struct.pack("<I", 11), b"\xfe\xff\xff\xff"), ""
    yield "end-only.zip", b"PK\5\6" + b"\xff" * 18, "已损坏"


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


if __name__ == "__main__":
    print(json.dumps(write_hostile_files(Path(sys.argv[1]))))
