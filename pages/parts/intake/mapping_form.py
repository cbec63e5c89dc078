"""The mapping of many rejects: which column is which, which word means what, how dates stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from data.intake import correction
from data.intake.aliases import Alias, form_of
from data.intake.correction import ColumnRule, Rules
from data.intake.mapping import IdForm
from data.intake.named_units import Meanings, meanings_of
from data.intake.reject_selection import OpenReject
from data.intake.retry import Retry
from data.schema import Column, quoted
from pages.parts import frame, page_cache
from pages.parts.intake.row_form import YES_NO, likely_first, pinned, unit_options

KEEP, NOT_READ, BY_ROW = "沿用现有映射", "（不导入）", "按文件和行号编号"
AS_FOUND, OWN_FORM = "自动识别", "其他格式"
MOST_WORDS = 30


def mapping_form(rejects: Sequence[OpenReject], rules: Rules) -> Retry | None:
    """What was last looked at, if the form still says the same."""
    first = rejects[0]
    names = list(first.values)
    key = _key(first, names, rules)
    reasons = "；".join({reject.reasons for reject in rejects})
    frame.reading("左为本系统的列，右选来源文件中的列；改好后先看预览，确认后才写入")
    is_all = st.toggle("显示全部列", key=f"{key}-all")
    for column in _columns(rules, reasons, is_all):
        rules = _row(column, rules, names, key)
    rules = _words(rejects, rules, key)
    aliases = _remembered(rules, form_of(first.kind, names), key)
    is_asked = st.button("预览", key=f"{key}-preview")
    return pinned(Retry(tuple(rejects), rules.mapping("更正"), aliases=aliases), is_asked)


def _key(reject: OpenReject, names: list[str], rules: Rules) -> str:
    """The same for all rejects of one source: what was chosen for one holds for the next, until
    the mapping in force is another one."""
    source = f"{reject.kind} {reject.source} {names} {rules}"
    digest = hashlib.sha256(source.encode()).hexdigest()
    return f"map-{digest[:12]}"


def _columns(rules: Rules, reasons: str, is_all: bool) -> list[Column]:
    """Those that the reasons speak of and those that are required but not read; or all."""
    every = [c for c in rules.table.columns if not (c.name == "id" and rules.table.identity)]
    if is_all:
        return every
    is_lacking = {c.name for c in every if c.required and not c.default} - set(rules.columns)
    is_lacking -= {"id"} if rules.id else set()
    wrong = correction.named_in(reasons, rules.table)
    return [c for c in every if c.name in is_lacking | wrong]


def _row(column: Column, rules: Rules, names: list[str], key: str) -> Rules:
    left, middle, right = st.columns([1.2, 2, 2], vertical_alignment="center")
    left.markdown(f"{column.title}{'（必填）' if column.required else ''}")
    with middle:
        rules = _source_choice(column, rules, names, key)
    rule = rules.columns.get(column.name)
    if rule is not None and column.type in ("date", "instant"):
        with right:
            form = _date_form(column, key)
        rules = rules.with_rule(column.name, replace(rule, form=form))
    return rules


def _source_choice(column: Column, rules: Rules, names: list[str], key: str) -> Rules:
    """The rules with the chosen column of the source."""
    rule = rules.columns.get(column.name)
    is_key = column.name == "id"
    plain = correction.column_read(rule, names)
    is_made = (rule is not None and plain is None) or (is_key and rules.id is not None)
    options = [*([KEEP] if is_made else []), *names, NOT_READ, *([BY_ROW] if is_key else [])]
    default = KEEP if is_made else plain or NOT_READ
    picked = st.selectbox(
        f"{column.title}的来源列",
        options,
        index=options.index(default),
        label_visibility="collapsed",
        key=f"{key}-{column.name}",
    )
    if picked in (KEEP, plain):
        return rules
    if is_key:
        rules = replace(rules, id=IdForm(made_from="file and row") if picked == BY_ROW else None)
    is_read = picked not in (NOT_READ, BY_ROW)
    return rules.with_rule(column.name, ColumnRule(quoted(picked)) if is_read else None)


def _date_form(column: Column, key: str) -> str:
    picked = st.selectbox(
        f"{column.title}的写法",
        [AS_FOUND, *correction.DATE_FORMS, OWN_FORM],
        label_visibility="collapsed",
        key=f"{key}-{column.name}-form",
    )
    if picked != OWN_FORM:
        return correction.DATE_FORMS.get(picked, "")
    form = st.text_input(
        "格式",
        placeholder="例：%Y/%d/%m（%Y 年，%m 月，%d 日，%H 时，%M 分）",
        label_visibility="collapsed",
        key=f"{key}-{column.name}-own",
    )
    if form:
        correction.check_form(form)
    return form


def _words(rejects: Sequence[OpenReject], rules: Rules, key: str) -> Rules:
    """Each word of the source that means nothing here, and what it shall mean."""
    copy = page_cache.store().copy
    form = form_of(rejects[0].kind, rejects[0].values)
    meanings = meanings_of(copy, rules.table, form)
    words_by_column = correction.unknown_words(rules, rejects, meanings)
    for name, words in words_by_column.items():
        column = rules.table.column(name)
        register = column.refers_to
        options = unit_options(correction.codes(copy, register)) if register else _options(column)
        st.markdown(f"**{column.title}**：来源中的下列写法，请各选其义")
        rules = _translated(column, words[:MOST_WORDS], options, rules, key, meanings)
        if len(words) > MOST_WORDS:
            frame.reading(f"另有 {len(words) - MOST_WORDS} 种写法未列出，可先重试这些再来")
    return rules


def _translated(
    column: Column,
    words: list[str],
    options: Mapping[str, str],
    rules: Rules,
    key: str,
    meanings: Meanings,
) -> Rules:
    places = st.columns(3)
    chosen = {}
    for number, word in enumerate(words):
        likely = meanings.of(column, word, None)[0].likely if column.refers_to else ()
        with places[number % 3]:
            picked = st.selectbox(
                f"“{word[:40]}”",
                likely_first(options, likely),
                index=None,
                format_func=lambda code: options[code],
                placeholder="请选择",
                key=f"{key}-{column.name}-word-{word[:200]}",
            )
        if picked is not None:
            chosen[word] = picked
    return rules.with_rule(column.name, replace(rules.columns[column.name], words=chosen))


def _options(column: Column) -> dict[str, str]:
    return dict(YES_NO if column.type == "boolean" else column.choices)


def _remembered(rules: Rules, form: str, key: str) -> tuple[Alias, ...]:
    """The units that were chosen, if they are to hold for the next tables of this form."""
    aliases = tuple(
        Alias(form, column.refers_to, word, code, "")
        for column in rules.table.columns
        if column.refers_to and column.name in rules.columns
        for word, code in rules.columns[column.name].words.items()
    )
    if not aliases:
        return ()
    is_kept = st.checkbox("记住所选单位：以后列名相同的表格照此认定", True, key=f"{key}-remember")
    return aliases if is_kept else ()
