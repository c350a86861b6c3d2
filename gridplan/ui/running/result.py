"""A finished plan and what is made of it: files, report, map, canvas, each when first asked for."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.canvas.canvas import Canvas
from gridplan.outputs.canvas.planned import plan_canvas
from gridplan.outputs.words.telling import Telling
from gridplan.planning.checks.policy_files import ASSESSMENT
from gridplan.planning.reassess import reassess
from gridplan.policy.assessment import Assessment, assessment_toml

if TYPE_CHECKING:
    from gridplan.planning.editing.edit import Edit
    from gridplan.planning.editing.laid.state import State
    from gridplan.planning.grids.drawing import Drawn
    from gridplan.planning.plan import Plan
    from gridplan.planning.scenario.scenario import Scenario

# Sets of answers of one plan whose files are kept.
_KEEP_ANSWERED = 3
Writer = Callable[["Plan", Path, str], None]
MAP = "map.html"


def _write(plan: Plan, folder: Path, lang: str) -> None:
    from gridplan.outputs.files.folder import write_plan

    write_plan(plan, folder, lang=lang)


def _draw(plan: Plan, path: Path, lang: str) -> None:
    from gridplan.outputs.map.maps import plan_map

    plan_map(plan, lang).save(path)


@dataclass(frozen=True, eq=False)
class Hand:
    """
    What was done by hand to come to a plan.

    Parameters
    ----------
    first
        Who belonged where before.
    edits
        All that hold, the oldest first; none where its grids were drawn as they are.
    """

    first: State
    edits: tuple[Edit, ...] = ()


@dataclass(eq=False)
class Result:
    """
    A finished plan and the files written of it.

    Parameters
    ----------
    key
        Its fingerprint.
    plan
        The plan.
    folder
        Where its files are kept, one folder a language.
    write, draw
        Write all files of a plan into a folder, and its map alone into a file.
    base
        The result of which this one only has other answers to what no map can answer.
    alternatives
        How many ways to cut the grids were asked for.
    tried
        Whether it was tried what may mend the rules that fail.
    asked
        The scenario as it was asked for; the plan's own says more, its profiles by name.
    drawn
        Grids that it took as they were.
    of
        Fingerprint of the plan it was edited from by hand; empty for one that was planned.
    hand
        The edits that led to it; None for one that was planned.
    """

    key: str
    plan: Plan
    folder: Path
    write: Writer = _write
    draw: Writer = _draw
    base: Result | None = None
    alternatives: int = 0
    tried: bool = True
    asked: Scenario | None = None
    drawn: Drawn | None = None
    of: str = ""
    hand: Hand | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: OrderedDict[str, Result] = OrderedDict()
        self._canvases: dict[str, Canvas] = {}

    def improve(self, plan: Plan) -> None:
        """Take the same plan with the variants that were tried; files are written anew."""
        with self._lock:
            self.plan, self.tried = plan, True
            self._answered.clear()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)

    def canvas(self, lang: str) -> Canvas:
        """Give the layers of the map in ``lang`` as data; answers are not on the map."""
        if self.base is not None:
            return self.base.canvas(lang)
        with self._lock:
            if lang not in self._canvases:
                self._canvases[lang] = plan_canvas(Telling(self.plan, lang))
            return self._canvases[lang]

    def has_files(self, lang: str) -> bool:
        """Whether the files of a language are written already."""
        return (self.folder / lang).is_dir()

    def files(self, lang: str) -> Path:
        """Give the folder of the files in ``lang``, written now if they are not yet."""
        with self._lock:
            if not self.has_files(lang):
                self.write(self.plan, self.folder / lang, lang)
        return self.folder / lang

    def with_answers(self, assessment: Assessment) -> Result:
        """Give the result with the planner's answers among its findings; itself without any."""
        text = assessment_toml(assessment)
        given = [file.sha256 for file in self.plan.policy_files if file.layer == ASSESSMENT]
        if not assessment and not given:
            return self
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        with self._lock:
            if digest not in self._answered:
                plan = reassess(self.plan, assessment)
                folder = self.folder / f"answers-{digest}"
                made = dataclasses.replace(self, plan=plan, folder=folder, base=self)
                self._answered[digest] = made
                while len(self._answered) > _KEEP_ANSWERED:
                    _, old = self._answered.popitem(last=False)
                    shutil.rmtree(old.folder, ignore_errors=True)
            return self._answered[digest]

    def alternative_map(self, number: int, lang: str) -> Path:
        """Give the picture of one way to cut the grids, from 1; drawn when first asked for."""
        # Imported here and below: who draws on paper brings matplotlib along, which the first page
        # need not wait for.
        from gridplan.outputs.report.blocks.figures import alternative_map
        from gridplan.outputs.style.fonts import face

        if self.base is not None:
            return self.base.alternative_map(number, lang)
        path = self.folder / f"alternative-{lang}-{number}.png"
        with self._lock:
            if not path.exists():
                path.write_bytes(alternative_map(Telling(self.plan, lang), number, face()))
        return path

    def report(self, lang: str, form: str) -> Path:
        """Give the report in ``lang`` as ``docx`` or ``html``, written when first asked for."""
        from gridplan.outputs.report.report import report_file

        path = self.folder / f"report-{lang}.{form}"
        with self._lock:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                report_file(self.plan, path, form=form, lang=lang)
        return path

    def map_page(self, lang: str) -> Path:
        """Give the page of the map in ``lang``; the other files need not wait for one another."""
        if self.base is not None:
            return self.base.map_page(lang)  # answers are not on the map
        if self.has_files(lang):
            return self.folder / lang / MAP
        page = self.folder / f"{lang}-{MAP}"
        with self._lock:
            if not page.exists():
                self.draw(self.plan, page, lang)
        return page
