"""One document by its kind and ending: for the page 文件 and for `hongfeng report`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data.config import DocumentsForm
from metrics.documents.dossier import dossiers
from metrics.documents.material import Material
from metrics.scheme.scheme import LEVELS, Level
from pages.documents import deck, paper
from pages.documents.bulletin import Imprint, bulletin_bytes
from pages.documents.dossier import Progress, dossier_bytes, dossiers_zip
from pages.documents.meeting import deck as weekly_bytes
from pages.documents.pdf import to_pdf
from pages.documents.tables import workbook
from pages.documents.writing import saved

Kind = Literal["weekly", "bulletin", "dossier", "table"]
TITLES: Mapping[Kind, str] = {
    "weekly": "周例会材料",
    "bulletin": "考核通报",
    "dossier": "档案",
    "table": "考核数据",
}
ENDINGS: Mapping[Kind, tuple[str, ...]] = {  # the first is the usual one
    "weekly": ("pptx", "pdf"),
    "bulletin": ("docx", "pdf"),
    "dossier": ("docx", "pdf"),
    "table": ("xlsx",),
}
SOURCES = {"weekly": "pptx", "bulletin": "docx", "dossier": "docx"}


class WrongEnding(ValueError):
    """A document of this kind is not made in this form; the message says in which."""


@dataclass(frozen=True)
class Wish:
    """What is asked for. unit: of a dossier; '' asks for those of all units, as ZIP."""

    kind: Kind
    level: Level = "station"
    unit: str = ""
    ending: str = ""

    @property
    def is_batch(self) -> bool:
        return self.kind == "dossier" and not self.unit

    @property
    def form(self) -> str:
        """The ending of the file; raises WrongEnding."""
        offered = ("zip",) if self.is_batch else ENDINGS[self.kind]
        if self.ending and self.ending not in offered:
            raise WrongEnding(
                f"{TITLES[self.kind]}只能存为 {'、'.join(offered)}，收到的是“{self.ending}”"
            )
        return self.ending or offered[0]

    def name(self, material: Material) -> str:
        """档案-V001-2019-07.docx"""
        parts = [TITLES[self.kind]]
        if self.kind == "dossier":
            parts.append(self.unit or LEVELS[self.level].replace("（", "").replace("）", ""))
        if self.kind == "table":
            parts.append(LEVELS[self.level])
        return f"{'-'.join([*parts, material.period.text])}.{self.form}"


def make(
    material: Material,
    wish: Wish,
    form: DocumentsForm,
    progress: Progress = lambda name, done, total: None,
    on: date | None = None,
) -> bytes:
    """The document; raises WrongEnding, NoDossier, NotPermitted, NoPdf.

    on   成文日期, else that of the freezing, else today (on simulated data the as-of day)
    """
    ending = wish.form
    if wish.is_batch:
        return dossiers_zip(material, wish.level, progress, form.dossier)
    makers: dict[Kind, Callable[[], bytes]] = {
        "weekly": lambda: weekly_bytes(material, form.weekly),
        "bulletin": lambda: bulletin_bytes(material, _imprint(material, form, on)),
        "dossier": lambda: _dossier(material, wish, form),
        "table": lambda: workbook(material, wish.level),
    }
    content = makers[wish.kind]()
    return to_pdf(content, SOURCES[wish.kind]) if ending == "pdf" else content


def _dossier(material: Material, wish: Wish, form: DocumentsForm) -> bytes:
    (unit,) = dossiers(material, wish.level, wish.unit)
    return dossier_bytes(material, unit, form.dossier)


def _imprint(material: Material, form: DocumentsForm, on: date | None) -> Imprint:
    own = form.issuer, form.recipients, form.copies, form.number, form.red_header, form.bulletin
    return Imprint(on or issued_on(material), *own)


def issued_on(material: Material) -> date:
    if frozen := material.stamp.standing.frozen:
        return frozen[-1].at.date()
    return material.counted.as_of if material.stamp.is_simulated else material.made_at.date()


def template_bytes(kind: Kind) -> bytes:
    """What a document starts from where the bureau has no template of its own."""
    if kind not in SOURCES:
        raise WrongEnding(f"{TITLES[kind]}没有模板")
    return saved(deck.blank() if kind == "weekly" else paper.opened(None))
