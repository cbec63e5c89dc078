"""The one palette of screens and documents, for light and dark; no screen code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """accent: what needs a decision; data: the figures; context: what they are compared with."""

    paper: str
    panel: str
    ink: str
    quiet: str
    line: str
    accent: str
    data: str
    data_soft: str
    context: str
    better: str
    worse: str
    steps: tuple[str, ...]  # from none to all of the points; ink is legible on each


LIGHT = Palette(
    "#FBF9F5",
    "#F2EEE6",
    "#22262B",
    "#5F646B",
    "#DDD6C9",
    "#B5342B",
    "#3B6C9C",
    "#C3D3E2",
    "#8A8F98",
    "#2F7D5B",
    "#B5342B",
    ("#F4F1EA", "#E2E6E8", "#CAD6DF", "#AEC3D4", "#8FAEC8"),
)
DARK = Palette(
    "#101B2B",
    "#18263A",
    "#E8EAED",
    "#A7B0BC",
    "#2C3D56",
    "#E8776F",
    "#7FB0DE",
    "#33507A",
    "#8794A4",
    "#63BF97",
    "#E8776F",
    ("#18263A", "#1E3350", "#254066", "#2E4F7C", "#396092"),
)
