"""指标: any set of indicators to choose, in the address as `?indicators=a,b`."""

from collections.abc import Sequence

import streamlit as st

from metrics.indicators.catalogue import Catalogue, Indicator, catalogue_order

KEY = "indicators"
OFFERED_FIRST = (
    "clearance-theft-robbery-fraud",
    "filings-per-10000",
    "visits",
    "patrols",
    "disputes-resolved",
    "hazards-found",
    "A1-visit-coverage",
    "C1-disputes-on-time",
)


def indicator_set(catalogue: Catalogue, scored: list[str]) -> list[Indicator]:
    """The chosen ones in the order of choosing; the usual ones where none is chosen."""
    names = {indicator.id: indicator.title for indicator in catalogue_order(catalogue, scored)}
    usual = [name for name in OFFERED_FIRST if name in names] or list(names)[:1]
    st.session_state[KEY] = [name for name in _before(usual) if name in names]
    with st.popover("选择指标", width="stretch"):
        chosen = st.multiselect(
            "指标",
            list(names),
            format_func=lambda name: names[name],
            key=KEY,
            placeholder="选择要比较的指标",
            filter_mode="contains",
            select_all=False,  # its label is English
            help="可选任意几项；都不选时显示常用的几项",
        )
    _write(chosen, usual)
    return [catalogue[name] for name in chosen or usual]


def _before(usual: Sequence[str]) -> list[str]:
    """What a link asks for, else what was chosen before, also on another page."""
    remembered = st.session_state.setdefault("_remembered", {})
    written = st.session_state.setdefault("_written", {})
    asked = st.query_params.get(KEY)
    if asked is not None and asked != written.get(KEY):
        return asked.split(",")
    found = st.session_state.get(KEY)
    return list(remembered.get(KEY, usual) if found is None else found)


def _write(chosen: Sequence[str], usual: Sequence[str]) -> None:
    value, asked = ",".join(chosen), st.query_params.get(KEY)
    st.session_state["_remembered"][KEY] = list(chosen)
    st.session_state["_written"][KEY] = value
    if asked != value and (asked is not None or list(chosen) != list(usual)):
        st.query_params[KEY] = value
