"""The values of one reject in a small form: wrong ones first, with the words that are allowed."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from data.intake.aliases import form_of
from data.intake.correction import Rules, codes
from data.intake.mapping import IdForm
from data.intake.named_units import Meanings, meanings_of
from data.intake.reject_selection import HELD, OpenReject
from data.intake.retry import Retry
from data.intake.row_fields import RowField, only_filled, row_fields
from pages.parts import action_feedback, frame, page_cache

ACROSS = 3
EMPTY = "（空）"
YES_NO = {"true": "是", "false": "否"}

RETRY = "retry"  # where an act is answered


def row_form(reject: OpenReject, rules: Rules) -> Retry | None:
    """What was last submitted for this reject as it stands now."""
    key = f"{reject.id}-{reject.part}"
    rules, fields = row_fields(reject, rules)
    frame.reading(
        "▲ 为拒收原因所指的项；改好后先看预览，确认后才写入"
        if reject.values
        else "这一行未能分列，请对照原始内容逐项填写；改好后先看预览，确认后才写入"
    )
    _say_what_is_held(fields)
    is_numbered = _by_row(fields, rules, key)
    form = form_of(reject.kind, reject.values)
    meanings = meanings_of(page_cache.store().copy, rules.table, form)
    with st.form(f"row-{key}", border=False):
        places = st.columns(ACROSS)
        values = {}
        for number, field in enumerate(fields):
            with places[number % ACROSS]:
                value = _input(field, meanings, f"row-{key}-{field.name}")
            if value is not None:
                values[field.name] = value or None
        is_asked = st.form_submit_button("预览")
    rules = only_filled(rules, reject, values)
    if is_numbered:
        rules = Rules(rules.table, rules.columns, IdForm(made_from="file and row"), rules.source)
    if not rules.columns:  # nothing was filled in yet
        return None
    retry = Retry((reject,), rules.mapping("更正"), values)
    return pinned(retry, is_asked)


def pinned(retry: Retry, is_asked: bool) -> Retry | None:
    """What was looked at; a form that was changed since is to be looked at again."""
    if is_asked:
        st.session_state["_retry"] = retry
        action_feedback.forget(RETRY)
    return retry if st.session_state.get("_retry") == retry else None


def _say_what_is_held(fields: list[RowField]) -> None:
    held = [field.label for field in fields if any(mark in field.value for mark in HELD)]
    if held:
        reason = "原值含已遮盖的号码或未能读出，不能照原样重试"
        st.warning(f"“{'”“'.join(held)}”{reason}，请改为更正后的值（不得含证件号、手机号）")


def _by_row(fields: list[RowField], rules: Rules, key: str) -> bool:
    """A row without an id may be numbered, at the price that is told."""
    lacks = any(f.column and f.column.name == "id" and not f.value for f in fields)
    if not lacks or rules.table.identity:
        return False
    is_numbered = st.checkbox("没有编号：按文件和行号编号", key=f"row-{key}-numbered")
    if is_numbered:
        frame.reading("来源日后另送编号时，会成为另一条记录，请先核实来源确无编号")
    return is_numbered


def _input(field: RowField, meanings: Meanings, key: str) -> str | None:
    """The new value, None if it was left as it is; empty if it was emptied."""
    label = f"{'▲ ' if field.is_wrong else ''}{field.label}"
    options = _options(field)
    if options is None:
        return _text(field, label, key)
    codes_by_word = {word: code for code, word in options.items()}
    value = field.value.strip()
    current = value if value in options else codes_by_word.get(value, "" if not value else None)
    likely: tuple[str, ...] = ()
    if current is None and field.column is not None and field.column.refers_to:
        meaning, _ = meanings.of(field.column, value, None)
        current, likely = meaning.code, meaning.likely
    listed = ["", *likely_first(options, likely)]
    chosen = st.selectbox(
        label,
        listed,
        index=None if current is None else listed.index(current),
        format_func=lambda code: options.get(code, EMPTY),
        placeholder=f"原值“{value[:20]}”，请选择",
        key=key,
    )
    return None if chosen == current else chosen


def _text(field: RowField, label: str, key: str) -> str | None:
    present = "" if field.is_long else field.value
    hint = f"原值 {len(field.value):,} 字，过长未列出；不填则照旧" if field.is_long else None
    entered = st.text_input(label, value=present, placeholder=hint or "", key=key)
    return None if entered == present else entered


def _options(field: RowField) -> dict[str, str] | None:
    """Code -> what a person reads, for a column with a fixed set of values."""
    column = field.column
    if column is None:
        return None
    if column.type == "boolean":
        return YES_NO
    if column.refers_to:
        return unit_options(codes(page_cache.store().copy, column.refers_to))
    return dict(column.choices) if column.choices and not column.is_open else None


def unit_options(names: Mapping[str, str]) -> dict[str, str]:
    """Code -> code and name."""
    return {code: f"{code} {name or ''}".strip() for code, name in names.items()}


def likely_first(options: Iterable[str], likely: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*likely, *options]))
