"""How Streamlit is set: closed to the outside, and the look of the screens.

In code, so that it holds wherever the program is started; it goes before any file of options that
lies in the folder or the home of the user.
"""

from typing import Any

from streamlit.web import bootstrap

from pages.documents.colours import DARK, LIGHT, Palette

FONTS = (
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC',"
    " 'WenQuanYi Micro Hei', sans-serif"
)


def _theme(palette: Palette, grid: str, link: str, gray: str) -> dict[str, Any]:
    """The palette as Streamlit calls its colours. grid: lines of a table."""
    return {
        "primaryColor": palette.accent,
        "backgroundColor": palette.paper,
        "secondaryBackgroundColor": palette.panel,
        "textColor": palette.ink,
        "borderColor": palette.line,
        "dataframeBorderColor": grid,
        "dataframeHeaderBackgroundColor": palette.panel,
        "linkColor": link,
        "blueColor": palette.data,
        "grayColor": gray,
        "redColor": palette.accent,
        "greenColor": palette.better,
    }


OPTIONS: dict[str, dict[str, Any]] = {
    "server": {
        # Loopback unless somebody decides otherwise.
        "address": "127.0.0.1",
        "headless": True,
        "fileWatcherType": "none",
        "maxUploadSize": 512,
    },
    "browser": {"gatherUsageStats": False},  # no call to the outside
    "client": {
        "toolbarMode": "minimal",
        # People get a sentence and a number; details are in the log.
        "showErrorDetails": "none",
        "showErrorLinks": False,
        # Our own export writes the rows shown, with their definitions.
        "disableDataExport": True,
    },
    # A forced full collection after each run costs more than the run.
    "runner": {"postScriptGC": False},
    "logger": {"level": "warning"},
    # Warm white or deep navy, ink text, 枫红 where a decision is needed.
    "theme": {
        "font": FONTS,
        "headingFont": FONTS,
        "baseFontSize": 15,
        "headingFontSizes": ["1.7rem", "1.25rem", "1.05rem"],
        "headingFontWeights": [600, 600, 600],
        "metricValueFontSize": "1.9rem",
        "metricValueFontWeight": 600,
        "baseRadius": "6px",
        "linkUnderline": False,
        "paddingTop": "1.2rem",
        "paddingBottom": "1.5rem",
    },
    "theme.light": _theme(LIGHT, "#E4DED2", "#2F5D8A", "#6B6F76")
    | {
        "chartCategoricalColors": "#3B6C9C #B5342B #8A8F98 #2F7D5B #B98A2F #6B5B95".split(),
        "chartSequentialColors": (
            "#F4F1EA #E2E6E8 #CAD6DF #AEC3D4 #8FAEC8 #7099BA #5484AB #3B6C9C #2A547E #1C3D60"
        ).split(),
    },
    "theme.dark": _theme(DARK, "#26364D", "#8FB8E0", "#9AA3AF")
    | {
        "chartCategoricalColors": "#7FB0DE #E8776F #9AA3AF #63BF97 #DDB55E #A99BD0".split(),
        "chartSequentialColors": (
            "#18263A #1E3350 #254066 #2E4F7C #396092 #4A75A8 #5E8CBD #7FB0DE #A5CAEA #CFE3F5"
        ).split(),
    },
}


def apply() -> None:
    """Set every option; to be called before the first page is drawn."""
    sections = OPTIONS.items()
    bootstrap.load_config_options({f"{s}.{name}": of[name] for s, of in sections for name in of})
