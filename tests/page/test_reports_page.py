"""文件: what each role is offered, built only when it is pressed."""

import io
import zipfile
from typing import Any

import pytest
import streamlit as st

from data.rights import persons
from pages.documents import pdf
from tests.page_driver import english_in, headline_of, open_page, text_of
from tests.papers import docx_lines

pytestmark = pytest.mark.usefixtures("opened_demo")


def labels(app: Any) -> list[str]:
    return [button.label for button in app.get("download_button")]


def test_every_paper_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: "/usr/bin/soffice")
    monkeypatch.setattr("pages.parts.document_buttons.program", lambda: "/usr/bin/soffice")
    app = open_page("reports", period="2019-07", level="village", unit="V080")
    assert headline_of(app).startswith("2019年7月：周例会材料、考核通报、考核数据，以及 219 个村")
    assert labels(app) == ["下载 PPT", "下载 PDF", "下载 Word", "下载 PDF", "下载 Excel",
                           "下载 Word", "下载 PDF"]  # fmt: skip
    assert "尚店十八村" in text_of(app)
    assert english_in(text_of(app)) == set()


def test_without_libreoffice_no_pdf_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.parts.document_buttons.program", lambda: None)
    monkeypatch.setattr("pages.documents.pdf.program", lambda: None)
    app = open_page("reports", period="2019-07")
    assert "下载 PDF" not in labels(app)
    assert pdf.MISSING in text_of(app)


@pytest.mark.parametrize("role", [*persons(), "wall"])
def test_who_is_offered_what(role: str) -> None:
    app = open_page("reports", role=role, period="2019-07")
    if role == "wall":
        assert labels(app) == []
        assert "当前身份无权导出" in text_of(app)
        assert not [b for b in open_page("overview", role=role).get("download_button")
                    if "通报" in b.label]  # fmt: skip
    else:
        assert "下载 Word" in labels(app)


def test_an_officer_is_not_offered_to_everybody() -> None:
    app = open_page("reports", role="station", period="2019-07", level="officer")
    assert "当前身份无权查看民（辅）警个人数据" in text_of(app)
    assert "辅警" not in headline_of(app)


def test_nothing_is_built_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, Any] = {}
    offer = st.download_button

    def listening(label: str, data: Any, **more: Any) -> Any:
        offered[more["file_name"]] = data
        return offer(label, data, **more)

    monkeypatch.setattr(st, "download_button", listening)
    open_page("unit", period="2019-07", level="village", unit="V080")
    make = offered["档案-V080-2019-07.docx"]
    assert callable(make)
    assert "尚店十八村" in docx_lines(make())[0]
    open_page("overview", period="2019-07")
    for name in (
        "周例会材料-2019-07.pptx",
        "考核通报-2019-07.docx",
        "考核数据-派出所-2019-07.xlsx",
    ):
        assert callable(offered[name])
        assert zipfile.ZipFile(io.BytesIO(offered[name]())).testzip() is None


def test_all_dossiers_under_a_bar() -> None:
    app = open_page("reports", period="2019-07", level="station")
    app.button(key="batch").click().run()
    assert not app.exception
    (label,) = [label for label in labels(app) if "压缩包" in label]
    assert "MB" in label
    app.selectbox(key="level").set_value("room").run()  # another level: what was made is let go
    assert not [label for label in labels(app) if "压缩包" in label]
