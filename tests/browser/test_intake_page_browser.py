"""数据接入 in Chromium: a real upload, pressed twice, seen on another page; nothing in English."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from data.journal.copy import Copy
from data.journal.journal import Journal
from tests.chromium import SIZES, english, serving, watched

FILE = (
    "记录编号,村（社区）编码,类别,人数,日期\n"
    "NEW,V001,抓获嫌疑人,3,2019-08-19\nBAD,V999,抓获嫌疑人,3,2019-08-19\n"
)
pytestmark = pytest.mark.browser


def test_from_the_upload_to_the_figure(demo_store: Path, tmp_path: Path, browser: Browser) -> None:
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    with serving(store) as address, watched(browser, SIZES[0]) as seen:
        page = seen.open(f"{address}/intake").page
        seen.act_as("数据-01")
        file = {"name": "战果.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
        page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
        seen.told("可导入 1 行（新增 1，更正 0，未变 0），将拒收 1 行").wait_for()
        seen.settle()
        # “5 options available.” is what Streamlit tells a screen reader about an opened choice.
        assert english(seen.text()) <= {*"Parquet csv hongfeng toml options available".split()}
        before = Journal(store).position()
        seen.button("确认导入").dblclick()
        seen.told("新增 1，更正 0，未变 0，拒收 1；拒收的行见上方“拒收”").wait_for()
        expect(page.locator(".hf-headline")).to_contain_text("待处理拒收 1 行")
        assert Journal(store).position() == before + 2  # the record, and the reject: once
        page.goto(f"{address}/indicator?indicator=suspects-caught&period=2019-01-01..2019-08-19")
        expect(page.locator(".hf-headline")).to_contain_text("13 人")
        assert seen.outside == []


ROWS = "".join(f"JF-{n},V001,2019-08-0{n},已结\n" for n in range(1, 6))
MANY = f"案号,村码,受理,结果\n{ROWS}JF-6,X99,2019-08-06,化解\n"
MAPPING = """kind = "dispute"
[columns]
id = "案号"
village = "村码"
received_at = "受理"
outcome = "结果"
"""


def drop(store: Path) -> Path:
    """A drop folder whose mapping does not know the source's word; the config that names it."""
    home = store.parent
    for name in ("inbox", "maps"):
        (home / name).mkdir()
    (home / "maps" / "纠纷.toml").write_text(MAPPING, "utf-8")
    (home / "inbox" / "纠纷-8月.csv").write_text(MANY, "utf-8")
    config = home / "hongfeng.toml"
    config.write_text(
        '[[folder]]\nname = "投放"\npath = "inbox"\nmappings = "maps"\n'
        "settle_seconds = 0.3\nevery_seconds = 0.3\n",
        "utf-8",
    )
    return config


def test_a_clerk_corrects_the_mapping_and_retries(
    demo_store: Path, tmp_path: Path, browser: Browser
) -> None:
    """From the reject that a channel left to records, and to the next file that is read right."""
    store = tmp_path / "store"
    shutil.copytree(demo_store, store)
    config = drop(store)
    with (
        serving(store, "--config", str(config)) as address,
        watched(browser, SIZES[1]) as seen,
    ):
        page = seen.open(f"{address}/intake").page
        seen.act_as("数据-01")
        expect(page.locator(".hf-headline")).to_contain_text("待处理拒收 6 行")
        seen.settle()
        table = page.get_by_test_id("stDataFrame").nth(1).bounding_box()
        assert table
        page.mouse.click(table["x"] + 18, table["y"] + 52)
        page.get_by_role("radiogroup").get_by_text("更正映射，重试同一来源的 6 行").click()
        seen.settle()
        seen.choose("“已结”", "化解")
        seen.button("预览").click()
        seen.told("6 行中 5 行可导入（新增 5，更正 0，未变 0）；1 行仍不合规").wait_for()
        seen.settle()
        allowed = {*"Parquet csv toml options option available focused selected".split()}
        assert english(seen.text()) <= allowed
        seen.button("保存为渠道“投放”的映射（纠纷.toml）").click()
        seen.told("已保存映射文件“纠纷.toml”，原文件留存为").wait_for()
        seen.settle()  # the form is drawn anew below what is told
        seen.button("确认重试").dblclick()
        seen.told("6 行中 5 行已导入并销号").wait_for()
        expect(page.locator(".hf-headline")).to_contain_text("待处理拒收 1 行")
        (tmp_path / "inbox" / "纠纷-9月.csv").write_text(MANY.replace("JF-", "N-"), "utf-8")
        expect(page.locator(".hf-headline")).to_contain_text("待处理拒收 2 行")
        assert seen.outside == []
    copy = Copy(Journal(store), {"dispute"})
    copy.catch_up()
    came = "SELECT count(*) FROM record.dispute WHERE outcome = 'resolved' AND id SIMILAR TO $1"
    assert copy.one(came, "(JF|N)-[0-9]") == (10,)
