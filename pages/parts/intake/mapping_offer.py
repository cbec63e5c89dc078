"""Taking a corrected mapping along: saved for its channel, or downloaded."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from data.channels.origin import (
    MappingChanged,
    Origin,
    beginning_of,
    content_of,
    place_for,
    save_mapping,
)
from data.declared import DeclarationError
from data.intake.mapping_text import as_toml
from data.intake.retry import Retry
from data.journal.journal import SHANGHAI
from data.rights import Actor, NotPermitted
from pages.parts import action_feedback, frame
from pages.parts.intake.row_form import RETRY


def offer_mapping(actor: Actor, retry: Retry, origin: Origin) -> None:
    """Save it for the channel where a place is configured; download it anywhere."""
    source = retry.rejects[0].source
    text = as_toml(retry.mapping, [_note(actor)])
    path = _place(origin, source)
    if path is not None:
        st.button(
            f"保存为渠道“{origin.channel}”的映射（{path.name}）",
            key="mapping-save",
            on_click=_save,
            args=(path, text, content_of(path)),
        )
    st.download_button(
        "下载映射文件",
        data=text.encode(),
        file_name=path.name if path else f"{beginning_of(source)[:40]}.toml",
        key="mapping-download",
        on_click="ignore",
    )


def _place(origin: Origin, source: str) -> Path | None:
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


def _note(actor: Actor) -> str:
    return f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M} 由“{actor.code}”在“数据接入”页更正"


def _save(path: Path, text: str, seen: bytes | None) -> None:
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
