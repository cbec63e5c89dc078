"""A choice that stands in the address as its code and goes with the reader from page to page."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

import streamlit as st

REMEMBERED, WRITTEN = "_remembered", "_written"  # in the session: key -> what was chosen
Code = TypeVar("Code", bound=str)
T = TypeVar("T")


def linked(key: str) -> str | None:
    """What a link asks for; None where the address holds nothing but what we wrote ourselves."""
    in_address = st.query_params.get(key)
    written = st.session_state.setdefault(WRITTEN, {}).get(key)
    return None if in_address == written else in_address


def remembered(key: str, default: T) -> T:
    """What was chosen last, on whatever page."""
    values: dict[str, T] = st.session_state.setdefault(REMEMBERED, {})
    return values.get(key, default)


def remember(key: str, value: object, text: str, *, is_usual: bool) -> None:
    """Keep the choice, and write it into the address.

    Each writing is a step of the browser's history: what is usual needs none, unless the address
    says something else.
    """
    in_address = st.query_params.get(key)
    st.session_state.setdefault(REMEMBERED, {})[key] = value
    st.session_state.setdefault(WRITTEN, {})[key] = text
    if in_address != text and (in_address is not None or not is_usual):
        st.query_params[key] = text


def drop(key: str) -> None:
    """The choice has no place in this view: the address must not hold it."""
    if key in st.query_params:
        del st.query_params[key]


def choice(
    label: str, names: Mapping[Code, str], key: str, default: Code, *, is_long: bool = False
) -> Code:
    """A selectbox whose value stands in the address as its code: `?level=village&unit=V001`.

    names     code -> what is shown
    is_long   whether what is typed is looked for anywhere in the names

    Streamlit's own binding writes the label that is shown, which is no name to link to: two
    villages may share one. A link may give the code or the name; what is neither gives the default.
    """
    titles = {str(code): name for code, name in names.items()}
    chosen = _select(label, titles, key, default, is_long=is_long)
    return next((code for code in names if code == chosen), default)


def open_choice(
    label: str, names: Mapping[str, str], key: str, default: str, placeholder: str
) -> str:
    """The same where others than those offered may be typed."""
    return _select(label, names, key, default, is_open=True, placeholder=placeholder)


def _select(
    label: str,
    names: Mapping[str, str],
    key: str,
    default: str,
    *,
    is_open: bool = False,
    is_long: bool = False,
    placeholder: str = "",
) -> str:
    in_link = linked(key)
    if in_link is not None:
        codes = {name: code for code, name in names.items()}
        st.session_state[key] = in_link if in_link in names else codes.get(in_link, in_link)
    current = st.session_state[key] if key in st.session_state else remembered(key, default)
    if not current or not (is_open or current in names):
        current = default
    st.session_state[key] = current  # also when unchanged: a new page's widget starts from its own
    filtering: Literal["contains", "fuzzy"] = "contains" if is_long else "fuzzy"
    chosen = st.selectbox(
        label,
        list(names) if current in names else [current, *names],
        format_func=lambda code: names.get(code, code),
        key=key,
        accept_new_options=is_open,
        filter_mode=filtering,
        placeholder=placeholder or None,
    )
    value = str(chosen or default)
    # The period's default moves on with the months, so that it is always written.
    remember(key, value, value, is_usual=value == default and not is_open)
    return value


def choices(
    label: str,
    names: Mapping[str, str],
    key: str,
    usual: Sequence[str],
    *,
    placeholder: str = "",
    hint: str = "",
) -> list[str]:
    """Several at once, in the order of choosing, as `?key=a,b`; the usual ones where none is."""
    in_link = linked(key)
    current: list[str] | None = (
        in_link.split(",") if in_link is not None else st.session_state.get(key)
    )
    if current is None:
        current = remembered(key, list(usual))
    st.session_state[key] = [code for code in current if code in names]
    chosen = st.multiselect(
        label,
        list(names),
        format_func=lambda code: names[code],
        key=key,
        filter_mode="contains",
        select_all=False,  # its label is English
        placeholder=placeholder or None,
        help=hint or None,
    )
    remember(key, list(chosen), ",".join(chosen), is_usual=list(chosen) == list(usual))
    return list(chosen or usual)
