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
    paper="#FBF9F5", panel="#F2EEE6", ink="#22262B", quiet="#5F646B", line="#DDD6C9",
    accent="#B5342B", data="#3B6C9C", data_soft="#C3D3E2", context="#8A8F98",
    better="#2F7D5B", worse="#B5342B",
    steps=("#F4F1EA", "#E2E6E8", "#CAD6DF", "#AEC3D4", "#8FAEC8"),
)  # fmt: skip
DARK = Palette(
    paper="#101B2B", panel="#18263A", ink="#E8EAED", quiet="#A7B0BC", line="#2C3D56",
    accent="#E8776F", data="#7FB0DE", data_soft="#33507A", context="#8794A4",
    better="#63BF97", worse="#E8776F",
    steps=("#18263A", "#1E3350", "#254066", "#2E4F7C", "#396092"),
)  # fmt: skip
