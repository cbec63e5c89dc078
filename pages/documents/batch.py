"""All dossiers of a level as one ZIP."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from metrics.cells.units import Unit, units
from metrics.documents.dossier import NoDossier, dossiers
from metrics.documents.material import Material
from metrics.scheme.scheme import Level
from pages.documents.dossier import dossier_bytes

Progress = Callable[[str, int, int], None]  # what was done, how many, of how many
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def dossiers_zip(
    material: Material,
    level: Level,
    progress: Progress = lambda name, done, total: None,
    template: Path | None = None,
) -> bytes:
    """A folder for each station; a list names the units that took no part and have none."""
    listed = dossiers(material, level)
    stations = {s.code: s.name for s in units(material.counted, "station", material.period.ends_on)}
    out, missing = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # a DOCX is packed already
        for done, unit in enumerate(listed, 1):
            try:
                content = dossier_bytes(material, unit, template)
            except NoDossier as reason:
                missing.append(str(reason))
            else:
                folder = "" if level == "station" else stations.get(unit.station, "未分所")
                packed.writestr(_path(folder, unit), content)
            progress(unit.name, done, len(listed))
        if missing:
            packed.writestr("没有档案的单位.txt", "\n".join(missing))
    return out.getvalue()


def _path(folder: str, unit: Unit) -> str:
    name = _UNSAFE.sub("-", f"{unit.code}-{unit.name}" if unit.name != unit.code else unit.code)
    return f"{_UNSAFE.sub('-', folder)}/{name}.docx" if folder else f"{name}.docx"
