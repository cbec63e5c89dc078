"""`hongfeng report`: names, endings, refusals, and what a schedule needs."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from pages.documents import pdf
from tests.papers import docx_lines, pptx_titles
from tests.unit.test_cli import opened, run

__all__ = ["opened", "run"]


@pytest.fixture
def report(run: Any, demo_store: Path) -> Any:
    return lambda *given: run("report", *given, "--store", str(demo_store))


def test_the_last_complete_week_without_a_period(report: Any, tmp_path: Path) -> None:
    made = report("weekly", "--out", str(tmp_path))
    assert (made.status, made.err) == (0, "")
    (file,) = tmp_path.iterdir()
    assert file.name == "周例会材料-2019-W33.pptx"
    assert str(file) in made.out
    assert len(pptx_titles(file.read_bytes())) >= 12


def test_nothing_is_overwritten_unawares(report: Any, tmp_path: Path) -> None:
    given = ("bulletin", "--period", "2019-07", "--out", str(tmp_path / "通报.docx"))
    assert report(*given).status == 0
    before = (tmp_path / "通报.docx").read_bytes()
    again = report(*given)
    assert (again.status, (tmp_path / "通报.docx").read_bytes()) == (1, before)
    assert "已存在，未覆盖" in again.err
    forced = report(*given, "--force", "--red-header", "--number", "舞公通〔2019〕8号",
                    "--on", "2019-08-20")  # fmt: skip
    assert forced.status == 0
    lines = docx_lines((tmp_path / "通报.docx").read_bytes())
    assert lines[0] == "舞钢市公安局文件"
    assert "舞公通〔2019〕8号" in lines
    assert "2019年8月20日" in lines
    assert not list(tmp_path.glob(".*"))


def test_a_dossier_and_a_table(report: Any, tmp_path: Path) -> None:
    made = report("dossier", "--level", "officer", "--unit", "辅警-0001", "--period", "2019-07",
                  "--out", str(tmp_path / "d.docx"))  # fmt: skip
    assert made.status == 0, made.err
    assert "辅警-0001" in docx_lines((tmp_path / "d.docx").read_bytes())[0]
    made = report("table", "--level", "group", "--period", "2019-Q2", "--out", str(tmp_path))
    assert made.status == 0, made.err
    assert (tmp_path / "考核数据-分组-2019-Q2.xlsx").exists()
    made = report("dossier", "--level", "station", "--out", str(tmp_path / "all.zip"))
    assert made.status == 0, made.err
    content = (tmp_path / "all.zip").read_bytes()
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 14


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("table", "--out", "x.docx"), "考核数据只能存为 xlsx"),
        (("dossier", "--out", "x.docx"), "档案只能存为 zip"),
        (("dossier", "--unit", "V999"), "没有登记村（社区）“V999”"),
        (("dossier", "--level", "bureau"), "档案只有村（社区）"),
        (("bulletin", "--period", "2031-01"), "期间不应晚于数据截止日"),
        (("weekly", "--template", "none.pptx"), "没有模板“none.pptx”"),
        (("table", "--template", "none.xlsx"), "考核数据不用模板"),
        (("bulletin", "--out", "nowhere/x.docx"), "没有文件夹“nowhere”"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_sentence(
    report: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    made = report(*given)
    assert made.status == 1
    assert said in made.err
    assert len(made.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_without_libreoffice(report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: None)
    made = report("bulletin", "--out", str(tmp_path / "x.pdf"))
    assert (made.status, made.err.strip()) == (1, pdf.MISSING)


def test_a_template_to_change_and_use_again(
    report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "模板.docx"
    assert report("bulletin", "--write-template", "--out", str(template)).status == 0
    own = Document(str(template))
    own.add_paragraph("本局抬头")
    own.save(str(template))
    (tmp_path / "hongfeng.toml").write_text(
        '[documents]\nbulletin = "模板.docx"\ncopies = "市局"\n', "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert report("bulletin", "--period", "2019-07", "--out", "通报.docx").status == 0
    content = (tmp_path / "通报.docx").read_bytes()
    assert docx_lines(content)[0] == "本局抬头"
    assert "抄送：市局。" in [c.text for t in Document(io.BytesIO(content)).tables
                          for row in t.rows for c in row.cells]  # fmt: skip
