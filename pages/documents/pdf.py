"""PDF by LibreOffice, where it is installed; where it is not, one sentence says so."""

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from pages.documents import paper

MISSING = "本机没有安装 LibreOffice，不能生成 PDF；请取用 Word 文件，或请管理员安装后再试。"
SECONDS = 180
# What stands in for the licensed fonts in a PDF, the first that is installed.
STAND_INS = {
    paper.SONG: ("方正小标宋_GBK", "华文中宋", "STZhongsong", "Noto Serif CJK SC", "SimSun"),
    paper.FANGSONG: ("仿宋", "FangSong", "方正仿宋_GBK", "FZFangSong-Z02", "Noto Serif CJK SC"),
    paper.KAI: ("楷体", "KaiTi", "方正楷体_GBK", "AR PL UKai CN", "Noto Serif CJK SC"),
    paper.HEI: ("SimHei", "方正黑体_GBK", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    paper.PLAIN_SONG: ("SimSun", "方正书宋_GBK", "Noto Serif CJK SC", "AR PL UMing CN"),
    "微软雅黑": ("Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    paper.DIGITS: ("Liberation Serif", "Tinos", "Noto Serif", "Noto Serif CJK SC"),
}


class NoPdf(RuntimeError):
    """No PDF can be made here; the message is one sentence."""


def program() -> str | None:
    """Where LibreOffice is."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(content: bytes, ending: str) -> bytes:
    """A DOCX, PPTX or XLSX as PDF; raises NoPdf."""
    (pdf,) = to_pdfs([content], ending)
    return pdf


def to_pdfs(contents: list[bytes], ending: str) -> list[bytes]:
    """Many at once: LibreOffice is started a single time."""
    office = program()
    if office is None:
        raise NoPdf(MISSING)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = [folder / f"{number}.{ending}" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(_without_grid(content) if ending == "docx" else content)
        _convert(office, folder, paths)
        return [path.with_suffix(".pdf").read_bytes() for path in paths]


def _convert(office: str, folder: Path, paths: list[Path]) -> None:
    """In a profile of its own, so that a LibreOffice that is open does not get in the way."""
    fonts = folder / "fonts.conf"
    fonts.write_text(_font_rules(), "utf-8")
    profile = (folder / "profile").as_uri()
    options = ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
    try:
        subprocess.run(
            [office, f"-env:UserInstallation={profile}", *options, *map(str, paths)],
            check=True,
            capture_output=True,
            timeout=SECONDS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPdf("LibreOffice 没有完成转换，请稍后再试，或取用 Word 文件。") from error
    if not all(path.with_suffix(".pdf").exists() for path in paths):
        raise NoPdf("LibreOffice 没有完成转换，请稍后再试，或取用 Word 文件。")


def _font_rules() -> str:
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        '<edit name="family" mode="prepend" binding="strong">'
        f"{''.join(f'<string>{other}</string>' for other in (name, *others))}</edit></match>"
        for name, others in STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{rules}</fontconfig>"
    )


def _without_grid(content: bytes) -> bytes:
    """A bureau's own template may snap to it, and LibreOffice then spreads the text (paper.py)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as original, zipfile.ZipFile(out, "w") as changed:
        for name in original.namelist():
            data = original.read(name)
            if name == "word/document.xml":
                data = data.replace(b'w:type="linesAndChars"', b'w:type="lines"')
            changed.writestr(name, data)
    return out.getvalue()
