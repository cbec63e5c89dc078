"""上传: choose a file, see what would happen, confirm. The same intake as the command line."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.declared import DeclarationError
from data.intake.files import kind_of, load_files
from data.intake.heads_mapping import Advice, Consent
from data.intake.load_report import preview_sentence
from data.intake.loading import LoadReport, report_sentence
from data.intake.matching import matching_rows
from data.intake.preview import Preview, preview_file
from data.journal.journal import JournalError
from data.rights import Actor, NotPermitted
from data.schema import LOADABLE, TABLES
from metrics.indicators.absence import unmeasured
from pages.documents.sheet import Column, Sheet
from pages.parts import frame, page_cache
from pages.parts.intake.wrong_rows import show_reasons
from pages.parts.markup import render
from pages.parts.table import show_table

KINDS = (*(table.name for table in LOADABLE), "bureau")
# Streamlit's uploader speaks English: its words are taken away and ours put there.
Key = tuple[str, str | None, str, Consent]
CONSENTS = {
    "without_units": "表中没有村（社区）和派出所也导入，新记录计入“未知”",
    "by_row": "没有编号也导入，按文件和行编号（同一行再次导入不重复，改动过的行会成为另一条）",
}
ADVICE = Advice(
    "请在“数据表”中选定",
    "请补上该列；确需这样导入的，请勾选下方一项",
    "请补上该列；确需这样导入的，请勾选下方一项",
)
MATCHING = (
    Column("column", "本系统的列", width=170),
    Column("head", "文件中的列", width=170),
    Column("reason", "依据或影响", width=380),
    Column("filled", "有内容的行", "percent"),
    Column("samples", "样例", width=300),
)


def upload_panel(actor: Actor) -> None:
    """For those who may load; the others read who may. Loading asks for the right once more."""
    st.subheader("上传", anchor=False)
    if who_may := frame.lacks(actor, "load"):
        frame.reading(who_may)
        return
    st.html(render("intake/upload_panel.html"))
    file_place, table_place, mapping_place = st.columns([3, 2, 3])
    with file_place:
        uploaded = st.file_uploader("要导入的文件（CSV、Excel、Parquet）", key="upload")
    with mapping_place:
        mapping = st.file_uploader("映射文件（可不选；列名与模板不同时用）", key="upload-mapping")
    if uploaded is None:
        frame.reading("选好文件先看预览，确认后才写入")
        return
    with table_place:
        kind = _table_choice(uploaded, mapping is not None)
    _preview_and_load(actor, uploaded, kind, mapping)


def _table_choice(uploaded: UploadedFile, is_mapped: bool) -> str | None:
    """The table: told by the file name, else by the heads; a mapping file names its own."""
    guessed = kind_of(Path(uploaded.name))
    return st.selectbox(
        "数据表",
        KINDS,
        index=KINDS.index(guessed) if guessed in KINDS else None,
        format_func=lambda name: TABLES[name].title,
        key=f"upload-table-{uploaded.file_id}",
        placeholder="由映射文件指明" if is_mapped else "按列名辨认，可在此选定",
        disabled=is_mapped,
    )


def _preview_and_load(
    actor: Actor, uploaded: UploadedFile, kind: str | None, mapping: UploadedFile | None
) -> None:
    consent = _consent(uploaded)
    key = (uploaded.file_id, None if mapping else kind, mapping.file_id if mapping else "", consent)
    loaded: tuple[Key, list[LoadReport]] | None = st.session_state.get("_loaded")
    if loaded and loaded[0] == key:
        for report in loaded[1]:
            _tell(report, report_sentence(report, rejects_are_in="上方“拒收”"))
        return
    preview = _preview(actor, key, uploaded, mapping)
    # Nothing has been done yet: no green.
    _tell(preview.report, preview_sentence(preview.report), well=st.info)
    for part, words in CONSENTS.items():
        if part == preview.needs or getattr(consent, part):
            st.checkbox(words, key=_consent_key(uploaded, part))
    if preview.report.refused:
        return
    # A second press, or a rerun, finds the result above and does not come here again.
    if st.button("确认导入", type="primary", key="confirm", disabled=not preview.report.accepted):
        with st.spinner("正在导入……"):
            st.session_state["_loaded"] = key, _load(actor, key, uploaded, mapping)
        st.rerun()
    _show_reasons(preview)
    _show_matching(preview)
    _show_rows(preview)


def _consent(uploaded: UploadedFile) -> Consent:
    """What the person said yes to for this file."""
    answers = {part: bool(st.session_state.get(_consent_key(uploaded, part))) for part in CONSENTS}
    return Consent(**answers)


def _consent_key(uploaded: UploadedFile, part: str) -> str:
    return f"consent-{part}-{uploaded.file_id}"


def _show_matching(preview: Preview) -> None:
    """Which column of the file is taken for which of ours, and what a missing one costs."""
    if not preview.matched:
        return
    table = preview.report.table
    catalogue = page_cache.store().catalogue
    provided = [one.column.name for one in preview.matched if one.head is not None]
    rows = matching_rows(preview.matched, unmeasured(catalogue, table, provided))
    st.markdown("**列的对应**")
    frame.reading("对应有误的，在文件中改列名后重新选择，或另附映射文件")
    show_table(Sheet("列的对应", MATCHING, rows), key="preview-matching", whole_up_to=len(rows))


def _preview(
    actor: Actor, key: Key, uploaded: UploadedFile, mapping: UploadedFile | None
) -> Preview:
    """Remembered until the file, the choices or the records change."""
    store = page_cache.store()
    current = (key, store.journal.position())
    previewed: tuple[object, Preview] | None = st.session_state.get("_previewed")
    if previewed and previewed[0] == current:
        return previewed[1]
    with st.spinner("正在预览……"), _as_files(uploaded, mapping) as (file, mapping_file):
        preview = preview_file(
            page_cache.loader(), file, actor, key[1], mapping_file, ADVICE, key[3]
        )
    st.session_state["_previewed"] = current, preview
    return preview


def _show_reasons(preview: Preview) -> None:
    if preview.reasons:
        st.markdown("**将拒收的行**")
        show_reasons("将拒收的行", "将拒收的原因", preview.reasons, "preview-reasons")


def _show_rows(preview: Preview) -> None:
    if preview.rows:
        st.markdown(f"**文件的前 {len(preview.rows)} 行**")
        as_in_file = [Column(name, name) for name in preview.rows[0]]
        show_table(Sheet("文件的前几行", as_in_file, preview.rows), key="preview-rows")


def _load(
    actor: Actor, key: Key, uploaded: UploadedFile, mapping: UploadedFile | None
) -> list[LoadReport]:
    try:
        with _as_files(uploaded, mapping) as (file, mapping_file):
            folder = page_cache.store().folder
            chosen = key[1], mapping_file
            return load_files(folder, [file], actor, *chosen, consent=key[3], advice=ADVICE)
    except (DeclarationError, JournalError, NotPermitted) as error:
        return [LoadReport(uploaded.name, refused=str(error))]


def _tell(report: LoadReport, sentence: str, well: Callable[[str], object] = st.success) -> None:
    tell = st.error if report.refused else st.warning if report.rejected else well
    tell(sentence)


@contextmanager
def _as_files(
    uploaded: UploadedFile, mapping: UploadedFile | None
) -> Iterator[tuple[Path, Path | None]]:
    """The uploads as files under their own names, as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="hongfeng-") as folder:
        file = _written(Path(folder) / "file", uploaded)
        yield file, _written(Path(folder) / "mapping", mapping) if mapping else None


def _written(folder: Path, uploaded: UploadedFile) -> Path:
    """The name comes from outside: it may lead nowhere else and be no longer than a name can be."""
    folder.mkdir()
    name = Path(uploaded.name.replace("\\", "/").replace("\0", "")).name[-80:]
    path = folder / (name if name.strip(".") else "上传")
    path.write_bytes(uploaded.getbuffer())
    return path
