"""The district of a project kept as its folder is now, so that plans made of it belong to it."""

from __future__ import annotations

import shutil
from pathlib import Path

from gridplan.outputs.disk.replacement import replacing
from gridplan.project.kept import log
from gridplan.project.kept.place import not_writable
from gridplan.project.kept.plans import district_fingerprint
from gridplan.project.project import Project, hidden_names


def renew_district(project: Project, source: Path) -> bool:
    """
    Copy a district into its project again, where its files are others by now.

    Parameters
    ----------
    project
        Its plans become stale; nothing of them is lost.
    source
        The folder it was made of.

    Returns
    -------
    changed
        Whether anything was another.

    Raises
    ------
    InputError
        ``project-read-only``.
    """
    if district_fingerprint(source) == project.district_fingerprint:
        return False
    try:
        with project.place.locked():
            with replacing(project.district_folder) as fresh:
                shutil.copytree(source, fresh, ignore=hidden_names, dirs_exist_ok=True)
            log.note(project.place, "district", by=project.by)
    except OSError as error:
        raise not_writable(project.folder, error) from error
    return True
