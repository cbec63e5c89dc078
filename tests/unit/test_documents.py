"""The files themselves: measures, fonts, native charts, notes, harmless cells, rights."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from pptx import Presentation
from pptx.util import Inches

from data.config import DocumentsForm
from data.rights import NotPermitted
from metrics.assessment.steps import freeze
from metrics.cells.store import Store
from metrics.documents.dossier import NoDossier, dossier, dossiers
from metrics.documents.material import Material
from metrics.documents.meeting import attention_sentence, changes_sentence, moves_sentence
from pages.documents import deck, paper, pdf
from pages.documents.build import Kind, Wish, WrongEnding, issued_on, make, template_bytes
from pages.documents.bulletin import Imprint, bulletin_bytes
from pages.documents.dossier import dossier_bytes, dossiers_zip
from pages.documents.meeting import deck as weekly_bytes
from pages.documents.meeting import slides
from pages.documents.paper import BadTemplate
from pages.documents.sheet import Column, Sheet, number
from pages.documents.tables import workbook
from pages.documents.workbook import Page, book_bytes, sheet_bytes
from pages.documents.writing import tight, title_lines
from tests.assessing import CUT_ON, LEADER, PERIOD, desk, person, to_hearing
from tests.papers import docx_lines, docx_rows, half_up, material, pptx_titles
from tests.unit.test_bulletin_sentences import PERIODS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLETIN, FORM = Wish("bulletin"), DocumentsForm()
WITHOUT_OFFICE = pytest.mark.skipif(pdf.program() is None, reason="no LibreOffice: no PDF here")


@pytest.fixture(scope="module")
def store(demo: Store) -> Store:
    return demo


@pytest.fixture(scope="module")
def july(store: Store) -> Material:
    return material(store, "2019-07")


@pytest.fixture(scope="module")
def bulletin(july: Material) -> bytes:
    imprint = Imprint(date(2019, 8, 20), number="舞公通〔2019〕8号", red_header=True)
    return bulletin_bytes(july, imprint)


@pytest.fixture(scope="module")
def weekly(july: Material) -> bytes:
    return weekly_bytes(july)


# -- the bulletin, measured -------------------------------------------------------------------


def test_the_page_is_that_of_the_standard(bulletin: bytes) -> None:
    section = Document(io.BytesIO(bulletin)).sections[0]
    for found, wanted in (
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.left_margin, 28),
        (section.right_margin, 26),
        (section.bottom_margin, 35),
    ):
        assert abs(found - Mm(wanted)) <= 635, wanted  # a twip
    grid = section._sectPr.find(f"{W}docGrid")
    assert grid.get(f"{W}type") == "linesAndChars"
    assert grid.get(f"{W}linePitch") == "560"
    pitch = 16 + int(grid.get(f"{W}charSpace")) / 4096
    wide = (section.page_width - section.left_margin - section.right_margin) / 12700
    high = (section.page_height - section.top_margin - section.bottom_margin) / 12700
    assert round(pitch, 2) == 15.79
    assert (int(wide / pitch), int(high / 28)) == (28, 22)


def test_fonts_sizes_and_lines_are_those_of_the_standard(bulletin: bytes) -> None:
    styles = {style.name: style for style in Document(io.BytesIO(bulletin)).styles}
    for name, font, size in (
        (paper.TITLE, "方正小标宋简体", 22),
        (paper.BODY, "仿宋_GB2312", 16),
        (paper.FIRST_HEAD, "黑体", 16),
        (paper.SECOND_HEAD, "楷体_GB2312", 16),
        (paper.COPIES, "仿宋_GB2312", 14),
    ):
        style = styles[name]
        assert style.element.rPr.rFonts.get(f"{W}eastAsia") == font
        assert style.font.size.pt == size
    assert styles["Normal"].font.size.pt == 16  # the grid of characters is measured from it
    for name in (paper.TITLE, paper.BODY, paper.FIRST_HEAD):
        spacing = styles[name].element.pPr.find(f"{W}spacing")
        assert (spacing.get(f"{W}line"), spacing.get(f"{W}lineRule")) == ("560", "exact")
        assert styles[name].element.pPr.find(f"{W}snapToGrid").get(f"{W}val") == "0"
    indent = styles[paper.BODY].element.pPr.find(f"{W}ind")
    assert indent.get(f"{W}firstLineChars") == "200"
    closer = int(styles[paper.BODY].element.rPr.find(f"{W}spacing").get(f"{W}val")) / 20
    assert 27.99 < 156 / 25.4 * 72 / (16 + closer) < 29  # 28 characters a line without the grid


def test_missing_fonts_have_a_stand_in(bulletin: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(bulletin)) as packed:
        table = packed.read("word/fontTable.xml").decode()
    assert re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', table) == list(
        paper.FALLBACKS.items()
    )


def test_the_number_stands_outside_the_type_area(bulletin: bytes) -> None:
    document = Document(io.BytesIO(bulletin))
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        text = footer._element.xml
        assert "PAGE" in text
        assert f'w:jc w:val="{align}"' in text
        assert footer.paragraphs[0].text == "—  —"
    # its middle 7 mm below the type area: the line is 14 pt high
    middle = section.bottom_margin.mm - section.footer_distance.mm - 14 / 72 * 25.4 / 2
    assert 6.5 < middle < 7.5


def test_headings_title_and_imprint(bulletin: bytes) -> None:
    document = Document(io.BytesIO(bulletin))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style[paper.TITLE][:3] == [
        "舞钢市公安局文件", "舞钢市公安局关于2019年7月", "一村（格）一警工作考核情况的通报",
    ]  # fmt: skip
    assert len(by_style[paper.FIRST_HEAD]) == 5
    heads = [
        run.text
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run.style.name == paper.SECOND_HEAD
    ]
    assert all(re.match("（[一二三四五六七八九十]+）.+。$", head) for head in heads)
    assert by_style[paper.CLOSING] == ["舞钢市公安局", "2019年8月20日"]
    rows = docx_rows(bulletin)
    assert rows[-2:] == [["抄送：局领导，局直各部门。"], ["舞钢市公安局　　2019年8月20日印发"]]
    assert rows[1][1] == "全局合计"
    assert "模拟数据" in document.sections[0].header.paragraphs[0].text
    assert document.core_properties.author == "舞钢市公安局"


def test_no_space_between_a_number_and_its_unit() -> None:
    assert tight("增加 12 件（占 40.0%），共 3 个所 A 区") == "增加12件（占40.0%），共3个所A区"
    assert tight("2026-11-24 23:33") == "2026-11-24 23:33"


def test_a_title_breaks_between_its_pieces() -> None:
    pieces = ("甲市公安局", "关于2019年7月", "一村（格）一警工作", "考核情况的通报")
    lines = title_lines(pieces, 20)
    assert "".join(lines) == "".join(pieces)
    assert len(lines) == 2
    assert all(len(line) <= 20 for line in lines)
    assert title_lines(("很长" * 15, "短"), 20) == ["很长" * 15, "短"]


def test_a_bureaus_own_template_stays(july: Material, tmp_path: Path) -> None:
    own = Document(io.BytesIO(template_bytes("bulletin")))
    own.styles[paper.BODY].font.size = 12700 * 15
    own.add_paragraph("本局抬头")
    own.save(str(tmp_path / "own.docx"))
    made = bulletin_bytes(july, Imprint(date(2019, 8, 20), template=tmp_path / "own.docx"))
    assert docx_lines(made)[0] == "本局抬头"
    assert Document(io.BytesIO(made)).styles[paper.BODY].font.size.pt == 15
    (tmp_path / "bad.docx").write_bytes(b"no")
    for name, wanted in (("bad.docx", "应为 DOCX 文件"), ("none.docx", "没有模板")):
        with pytest.raises(BadTemplate, match=wanted):
            bulletin_bytes(july, Imprint(date(2019, 8, 20), template=tmp_path / name))
    with pytest.raises(BadTemplate, match="应为 PPTX 文件"):
        weekly_bytes(july, tmp_path / "bad.docx")


# -- the slides -------------------------------------------------------------------------------


def test_slides_are_findings_with_native_charts_and_notes(weekly: bytes, july: Material) -> None:
    shown = Presentation(io.BytesIO(weekly))
    assert (shown.slide_width, shown.slide_height) == (Inches(13.333), Inches(7.5))
    assert 12 <= len(shown.slides) <= 15
    charts = [s for slide in shown.slides for s in slide.shapes if s.has_chart]
    tables = [s for slide in shown.slides for s in slide.shapes if s.has_table]
    assert len(charts) >= 7
    assert len(tables) >= 4
    with zipfile.ZipFile(io.BytesIO(weekly)) as packed:
        names = packed.namelist()
    assert not [name for name in names if "media" in name]
    assert len([n for n in names if re.match(r"ppt/charts/chart[^/]*\.xml", n)]) == len(charts)
    assert len([n for n in names if n.startswith("ppt/embeddings/")]) == len(charts)  # editable
    for slide in shown.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert "来源：" in notes
        assert "数据时间：" in notes
    feet = [" ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
            for slide in list(shown.slides)[1:]]  # fmt: skip
    for always in ("2019年7月", "数据时间", "暂定", "模拟数据"):
        assert all(always in foot for foot in feet)
    assert pptx_titles(weekly)[1:] == [tight(slide.title) for slide in slides(july)]


def test_charts_hold_the_figures_of_the_screen(weekly: bytes, july: Material) -> None:
    shown = Presentation(io.BytesIO(weekly))
    (ranking,) = [s.chart for s in shown.slides[3].shapes if s.has_chart]
    lines = [line for lines in july.groups().values() for line in lines]
    assert list(ranking.plots[0].series[0].values) == [number(x.score, "two") for x in lines]
    assert [str(name) for name in ranking.plots[0].categories] == [x.name for x in lines]
    (visits,) = [s.chart for s in shown.slides[5].shapes if s.has_chart]
    now, before = visits.plots[0].series
    (whole,) = july.figures(("visits",), "bureau")["visits"]
    assert sum(now.values) == whole.numerator
    assert sum(before.values) == whole.last_year_numerator


def test_an_own_template_of_slides(july: Material, tmp_path: Path) -> None:
    own = Presentation(io.BytesIO(template_bytes("weekly")))
    content = next(x for x in own.slide_layouts if x.name == deck.CONTENT)
    content.placeholders[0].top = Inches(1)
    own.save(str(tmp_path / "own.pptx"))
    made = Presentation(io.BytesIO(weekly_bytes(july, tmp_path / "own.pptx")))
    assert made.slides[1].shapes.title.top == Inches(1)
    title = content.placeholders[0]._element
    title.getparent().remove(title)
    own.save(str(tmp_path / "bare.pptx"))
    with pytest.raises(BadTemplate, match="没有标题占位符"):
        weekly_bytes(july, tmp_path / "bare.pptx")


def test_sentences_of_the_slides() -> None:
    assert moves_sentence([]) == "本期不排名，没有进退位"
    assert attention_sentence([]) == "本期没有达到提示条件的事项"
    assert changes_sentence([]) == "没有可以比较的项目"


def test_nothing_a_year_before_is_said_as_such(store: Store) -> None:
    titles = pptx_titles(weekly_bytes(material(store, "2016-01")))
    assert "上一完整期间没有名次，看不出进退位" in titles
    assert "与去年同期相比，26项无可比数据；没有可以检验的变化" in titles
    assert "与去年同期相比，没有可以检验的变化" in titles


# -- the workbook -----------------------------------------------------------------------------


def test_the_workbook_of_a_period(july: Material) -> None:
    content = workbook(july)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == "说明"
    said = dict(book["说明"].iter_rows(values_only=True))
    for name in ("期间", "层级", "筛选", "数据时间", "状态", "走访覆盖率", "名次"):
        assert said[name]
    page = book["各项指标"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[2][0] == "全局合计"
    assert page.freeze_panes == "B3"
    assert page.cell(3, 3).number_format == "#,##0.00"
    assert isinstance(page.cell(3, 3).value, float)
    assert page.merged_cells.ranges
    assert [row[0] for row in rows[3:]] == [x.name for g in july.groups().values() for x in g]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
    assert len([n for n in names if n.startswith("xl/charts/chart")]) >= 3
    assert not [n for n in names if "media" in n]


def test_no_cell_is_a_formula() -> None:
    rows = [{"a": text, "n": 1} for text in ("=1+1", "+1", "-1", "@x", "\t=1", "好")]
    columns = [Column("a", "=列"), Column("n", "数", "whole")]
    content = sheet_bytes(Sheet("=名", columns, rows, [("=甲", "+乙")]))
    book = openpyxl.load_workbook(io.BytesIO(content))
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value).startswith(("=", "+", "-", "@", "\t"))
    assert book["数据"]["A2"].value == "'=1+1"


def test_a_sheets_name_fits_excel() -> None:
    sheet = Sheet("表", [Column("a", "甲")], [{"a": "1"}])
    content = book_bytes([], [Page("各/项[指]标:" * 6, sheet, "题")])
    (_, name) = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert len(name) <= 31


# -- dossiers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "code"), [("village", "V080"), ("station", "S08")])
def test_a_dossier_says_what_the_page_says(july: Material, level: str, code: str) -> None:
    (unit,) = dossiers(july, level, code)  # type: ignore[arg-type]
    said = dossier(july, unit)
    content = dossier_bytes(july, unit)
    lines, rows = docx_lines(content), docx_rows(content)
    line = next(x for x in july.lines(level) if x.unit == code)  # type: ignore[arg-type]
    assert lines[0].endswith("工作档案")
    assert line.score is not None
    assert f"得分{half_up(line.score, 2)}分" in lines[1]
    assert len(said.account) == 1 + 19  # what a village is not scored on stands there too
    heads, *lost = said.lost
    assert heads == ("指标", "记录", "所在", "原因")
    named = {c.title for c in line.contributions if c.own_lost > 0}
    assert lost
    assert {row[0] for row in lost} <= named
    assert all(list(row) in rows and row[3] for row in lost)
    points = [c.points for c in line.contributions if c.points is not None]
    assert sum(points) == line.score
    assert ["得分", *[f"{half_up(p.score, 2)}" for p in said.months if p.score]] in rows
    text = "\n".join(lines)
    for always in ("数据时间", "暂定", "模拟数据", "2019年7月"):
        assert always in text


def test_who_may_see_a_dossier(store: Store) -> None:
    station, leader = person("station"), person("leader")
    with pytest.raises(NotPermitted, match="民（辅）警个人数据"):
        dossiers(material(store, "2019-07", station), "officer")
    (unit,) = dossiers(material(store, "2019-07", station), "village", "V001")
    said = dict(dossier(material(store, "2019-07", station), unit).facts)
    assert said["包村民（辅）警"] == "按权限不显示"
    said = dict(dossier(material(store, "2019-07", leader), unit).facts)
    assert said["包村民（辅）警"].startswith("辅警-")
    with pytest.raises(NotPermitted, match="导出"):
        material(store, "2019-07", type(leader)("大屏", "wall"))
    officers = dossiers(material(store, "2019-07", leader), "officer")
    assert docx_lines(dossier_bytes(material(store, "2019-07", leader), officers[0]))


def test_a_unit_that_is_not_there(july: Material) -> None:
    with pytest.raises(NoDossier, match="没有登记村（社区）“V999”"):
        dossiers(july, "village", "V999")
    with pytest.raises(NoDossier, match="档案只有"):
        dossiers(july, "bureau")


def test_all_dossiers_as_one_zip(july: Material) -> None:
    told: list[tuple[int, int]] = []
    content = dossiers_zip(july, "village", lambda _, done, total: told.append((done, total)))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
    assert len(names) == 219
    assert told[0] == (1, 219)
    assert told[-1] == (219, 219)
    assert "尚店派出所/V080-尚店十八村.docx" in names


# -- all of them, of any period ---------------------------------------------------------------


KINDS: tuple[Kind, ...] = ("weekly", "bulletin", "table", "dossier")


@settings(max_examples=3)
@given(text=PERIODS)
def test_every_document_of_a_random_period(store: Store, text: str) -> None:
    _every_document(store, text)


@pytest.mark.soak
@settings(max_examples=100)
@given(text=PERIODS)
def test_every_document_of_many_periods(store: Store, text: str) -> None:
    _every_document(store, text)


def _every_document(store: Store, text: str) -> None:
    found = material(store, text)
    for kind in KINDS:
        content = make(found, Wish(kind, "station", "S08"), DocumentsForm())
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    titles = pptx_titles(weekly_bytes(found))
    assert all(titles)
    assert not [title for title in titles if re.search("None|nan|。$", title)]


def test_names_and_endings(july: Material) -> None:
    assert Wish("weekly").name(july) == "周例会材料-2019-07.pptx"
    assert Wish("dossier", "village", "V001").name(july) == "档案-V001-2019-07.docx"
    assert Wish("dossier", "village").name(july) == "档案-村社区-2019-07.zip"
    assert Wish("table", "room").name(july) == "考核数据-警务室-2019-07.xlsx"
    for wish in (Wish("table", ending="pdf"), Wish("dossier", ending="docx")):
        with pytest.raises(WrongEnding, match="只能存为"):
            _ = wish.form
    with pytest.raises(WrongEnding, match="没有模板"):
        template_bytes("table")
    assert issued_on(july) == date(2019, 8, 19)


# -- PDF --------------------------------------------------------------------------------------


def test_without_libreoffice_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: None)
    with pytest.raises(pdf.NoPdf, match="没有安装 LibreOffice"):
        pdf.to_pdf(b"", "docx")


def test_a_libreoffice_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\nexit 0\n")
    broken.chmod(0o755)
    monkeypatch.setattr(pdf, "program", lambda: str(broken))
    with pytest.raises(pdf.NoPdf, match="没有完成转换"):
        pdf.to_pdf(b"PK", "pptx")


def pages_of(content: bytes, tmp_path: Path) -> list[str]:
    """The text of each page, line by line as it stands."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: sudo apt-get install -y poppler-utils")
    (tmp_path / "made.pdf").write_bytes(content)
    found = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "made.pdf"), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return found.split("\f")[:-1]


@WITHOUT_OFFICE
def test_the_bulletin_as_pdf_has_22_lines_of_28(bulletin: bytes, tmp_path: Path) -> None:
    pages = pages_of(pdf.to_pdf(bulletin, "docx"), tmp_path)
    lines = [line.strip() for line in pages[1].splitlines() if line.strip()]
    body = [line for line in lines if "模拟数据" not in line and not line.startswith("—")]
    assert len(body) == 22
    wide = [sum(2 if ord(c) > 0x2000 else 1 for c in line.replace(" ", "")) / 2 for line in body]
    assert 24 <= max(wide) <= 29


@WITHOUT_OFFICE
def test_a_dossier_has_two_pages(july: Material, tmp_path: Path) -> None:
    wish = Wish("dossier", "village", "V080", "pdf")
    assert len(pages_of(make(july, wish, DocumentsForm()), tmp_path)) == 2


# -- 定稿 -------------------------------------------------------------------------------------


def test_a_frozen_result_is_that_of_the_papers(demo_store: Path, tmp_path: Path) -> None:
    """Its hash stands on them, its lines are shown, and only now the last three are named."""
    shutil.copytree(demo_store, tmp_path / "store")
    store = Store(tmp_path / "store")
    assert "后三位" not in "".join(docx_lines(make(material(store, PERIOD), BULLETIN, FORM)))
    to_hearing(store)
    freeze(desk(store, LEADER, 14), PERIOD)
    found = material(store, PERIOD)
    code = str(found.stamp.standing.frozen[-1].content["hash"])[:8]
    paper_text = "".join(docx_lines(make(found, BULLETIN, FORM)))
    assert f"已定稿，校验码{code}" in paper_text
    assert "城区列后三位的是" in paper_text
    assert "暂定" not in paper_text
    shown = Presentation(io.BytesIO(make(found, Wish("weekly"), FORM))).slides[1]
    assert any(s.has_text_frame and code in s.text_frame.text for s in shown.shapes)
    book = openpyxl.load_workbook(io.BytesIO(make(found, Wish("table"), FORM)))
    said = dict(book["说明"].iter_rows(values_only=True))
    assert code in said["状态"]
    assert said["校验码"] == found.stamp.standing.frozen[-1].content["hash"]
    assert found.stamp.columns()[1:] == [
        ("状态", "定稿"),
        ("校验码（前 8 位）", code),
    ]
    assert issued_on(found) == (CUT_ON + timedelta(days=14))
    (frozen,) = [x for x in found.lines("station")
                 if x.unit == "S08"]  # fmt: skip
    (unit,) = dossiers(found, "station", "S08")
    assert dossier(found, unit).steps[-1].after == frozen.score
