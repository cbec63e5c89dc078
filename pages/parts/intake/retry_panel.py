"""更正并重试: correct a reject, or the mapping of many, look ahead, confirm. For who may load."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import streamlit as st

from data.channels.origin import (
    MappingChanged,
    Origin,
    beginning_of,
    content_of,
    origin_of,
    place_for,
    save_mapping,
)
from data.decisions.unit_aliases import remember
from data.declared import DeclarationError
from data.environment import config
from data.intake.correction import Rules, rules_by_name, rules_of
from data.intake.mapping import as_toml, columns_used
from data.intake.reading.source import Refused
from data.intake.reject_selection import MOST, OpenReject, Scope, chosen, counts
from data.intake.retry import (
    Outcome,
    Overtaken,
    Retry,
    check,
    done_sentence,
    load,
    preview_sentence,
)
from data.journal.journal import SHANGHAI, JournalError
from data.rights import Actor, NotPermitted
from data.schema import TABLES
from pages.documents.sheet import Column, Sheet
from pages.parts import action_feedback, frame, page_cache
from pages.parts.intake.mapping_form import mapping_form
from pages.parts.intake.row_form import RETRY, row_form
from pages.parts.intake.wrong_rows import show_reasons
from pages.parts.table import show_table

SHOWN = 20
Refusals = (DeclarationError, JournalError, NotPermitted, Overtaken, Refused)


def retry_panel(actor: Actor, id: str) -> None:
    """For one open reject: its values, or the mapping of all that are like it."""
    st.markdown("**更正并重试**")
    if who_may := frame.lacks(actor, "load"):
        frame.reading(who_may)
        return
    store = page_cache.store()
    rejects = chosen(store.copy, actor, id, "row")
    if not rejects or rejects[0].kind not in TABLES:
        frame.reading("这一行已销号，或其数据表已不再使用")
        return
    scope = _scope(counts(store.copy, actor, id), id) if rejects[0].values else None
    if scope is not None:
        rejects = chosen(store.copy, actor, id, scope)
    origin = origin_of(rejects[0].source, config(), store.journal)
    try:
        rules = _rules(rejects[0], origin)
        retry = _form(rejects, rules, scope)
        if retry is not None:
            _preview(actor, retry, scope, origin)
    except DeclarationError as error:
        st.error(str(error))


def _scope(rows_by_scope: dict[Scope, int], id: str) -> Scope | None:
    """None: the values of this row; else: the mapping of so many rows."""
    several = {n: s for s, n in reversed(rows_by_scope.items())}  # equal counts: the narrower scope
    words: dict[Scope, str] = {
        "row": "更正映射，重试这一行",
        "reason": f"更正映射，重试同一原因的 {rows_by_scope['reason']:,} 行",
        "source": f"更正映射，重试同一来源的 {rows_by_scope['source']:,} 行",
    }
    scopes = [scope for scope in words if scope in several.values()]
    choice = st.radio(
        "更正方式",
        [None, *scopes],
        format_func=lambda scope: words[scope] if scope else "更正这一行的内容",
        horizontal=True,
        label_visibility="collapsed",
        key=f"retry-scope-{id}",
    )
    if choice and rows_by_scope[choice] > MOST:
        frame.reading(f"一次最多重试 {MOST:,} 行，其余请分次重试")
    return choice


def _rules(reject: OpenReject, origin: Origin) -> Rules:
    """The mapping in force, if it fits what was kept; else what intake understands by name."""
    names = list(reject.values)
    mapping = origin.mapping(reject.kind)
    if mapping is not None and columns_used(mapping) <= {name.lower() for name in names}:
        return rules_of(mapping)
    return rules_by_name(names, TABLES[reject.kind])


def _form(rejects: tuple[OpenReject, ...], rules: Rules, scope: Scope | None) -> Retry | None:
    """The form, and what was last submitted in it, as long as it still holds."""
    return row_form(rejects[0], rules) if scope is None else mapping_form(rejects, rules)


def _preview(actor: Actor, retry: Retry, scope: Scope | None, origin: Origin) -> None:
    """What would happen, then the button that does it: with what is shown, nothing else."""
    outcome = _checked(actor, retry)
    is_well = not outcome.again and not outcome.held
    (st.info if is_well else st.warning)(preview_sentence(outcome))
    with st.container(horizontal=True):
        if outcome.report.rows:
            st.button(
                "确认重试", type="primary", key="retry-confirm", on_click=_load, args=(retry,)
            )
        if scope is not None:
            offer_mapping(actor, retry, origin)
    if scope is not None:
        _show_still_wrong(outcome)
        _show_rows(retry, outcome)


def _checked(actor: Actor, retry: Retry) -> Outcome:
    """Remembered until what is asked or the records change."""
    key = (retry, page_cache.store().journal.position())
    checked: tuple[object, Outcome] | None = st.session_state.get("_retry_checked")
    if checked and checked[0] == key:
        return checked[1]
    outcome = check(page_cache.loader(), retry, actor, _today())
    st.session_state["_retry_checked"] = key, outcome
    return outcome


def _load(retry: Retry) -> None:
    """A press: asks for the right again, and loads what was shown, whatever came in meanwhile."""
    if st.session_state.pop("_retry", None) != retry:
        return  # the second press of a double click
    try:
        outcome = load(page_cache.loader(), retry, frame.acting(), _today())
        for alias in retry.aliases:
            remember(page_cache.loader(), alias, frame.acting(), datetime.now(SHANGHAI))
    except Refusals as error:
        st.session_state["_retry"] = retry
        action_feedback.keep(RETRY, str(error), is_done=False)
        return
    page_cache.store().copy.catch_up()  # so that what is closed is not offered once more
    action_feedback.keep(RETRY, done_sentence(outcome), is_done=not outcome.again)


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _show_still_wrong(outcome: Outcome) -> None:
    if not outcome.again:
        return
    st.markdown(f"**仍不合规的行{'（前 20 行）' if len(outcome.again) > SHOWN else ''}**")
    again = [(reject.row_number, reasons) for reject, reasons in outcome.again[:SHOWN]]
    show_reasons("仍不合规的行", "仍不合规的原因", again, "retry-still")


def _show_rows(retry: Retry, outcome: Outcome) -> None:
    """The first rows as they would be read: a column that went astray is seen at once."""
    if not outcome.rows:
        return
    table = retry.mapping.table
    columns = [c for c in table.columns if c.name in outcome.rows[0] and c.name != "is_deleted"]
    rows = [{c.name: _word(row[c.name], c.choices) for c in columns} for row in outcome.rows]
    st.markdown(f"**按此映射读出的前 {len(rows)} 行**")
    show_table(
        Sheet("按映射读出的前几行", [Column(c.name, c.title) for c in columns], rows),
        key="retry-rows",
    )


def _word(value: object, choices: Mapping[str, str]) -> str | None:
    return None if value is None else choices.get(str(value), str(value))


def offer_mapping(actor: Actor, retry: Retry, origin: Origin) -> None:
    """Save it for the channel where a place is configured; download it anywhere."""
    source = retry.rejects[0].source
    text = as_toml(retry.mapping, [_note_of(actor)])
    path = _place_of_mapping(origin, source)
    if path is not None:
        st.button(
            f"保存为渠道“{origin.channel}”的映射（{path.name}）",
            key="mapping-save",
            on_click=_save_mapping,
            args=(path, text, content_of(path)),
        )
    st.download_button(
        "下载映射文件",
        data=text.encode(),
        file_name=path.name if path else f"{beginning_of(source)[:40]}.toml",
        key="mapping-download",
        on_click="ignore",
    )


def _place_of_mapping(origin: Origin, source: str) -> Path | None:
    if origin.file is None and origin.folder is None:
        return None
    beginning = beginning_of(source)
    if origin.file is None:
        beginning = st.text_input(
            "适用于名称这样开头的文件", value=beginning, key="mapping-beginning"
        )
    try:
        return place_for(origin, source, beginning)
    except DeclarationError as error:
        st.warning(str(error))
        return None


def _note_of(actor: Actor) -> str:
    return f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M} 由“{actor.code}”在“数据接入”页更正"


def _save_mapping(path: Path, text: str, seen: bytes | None) -> None:
    try:
        old = save_mapping(path, text, seen, frame.acting())
    except (DeclarationError, MappingChanged, NotPermitted) as error:
        action_feedback.keep(RETRY, str(error), is_done=False)
    except OSError as error:
        sentence = f"无法写入映射文件“{path.name}”：{error.strerror or error}，请改用下载"
        action_feedback.keep(RETRY, sentence, is_done=False)
    else:
        kept = f"，原文件留存为“{old.name}”" if old else ""
        sentence = f"已保存映射文件“{path.name}”{kept}；此后送来的数据按此读取"
        action_feedback.keep(RETRY, sentence)
