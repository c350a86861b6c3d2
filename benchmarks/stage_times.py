"""
Seconds and memory of each stage of ``gridplan plan``, run as it is, in this process.

Stages are functions of gridplan that are wrapped where they are called. What runs inside another
stage is told by its own name and left out there, so that stages add up to the whole; a stage that
plans anew (:data:`WHOLE`) keeps what runs inside.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

STAGES = (
    ("gridplan.district.folder.read", "read_district", "read"),
    ("gridplan.planning.stages", "plan_wished_grids", "grids"),
    ("gridplan.planning.centers.candidates", "generated_sites", "candidates"),
    ("gridplan.planning.stages", "plan_centers", "centers"),
    ("gridplan.planning.stages", "plan_regional", "regional centers"),
    ("gridplan.planning.plan", "lay_out", "layout"),
    ("gridplan.planning.plan", "check", "rules"),
    ("gridplan.planning.plan", "reasons_of", "reasons of sites"),
    ("gridplan.planning.variants.passing", "with_variants", "variants for rules that fail"),
)
"""Module that calls it, or that it is imported from when the command runs; function; stage."""
WHOLE = "variants for rules that fail"
REST = "starting, and all else"
_SELF = Path("/proc/self")


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


@dataclass
class Spent:
    """
    What a stage took.

    Parameters
    ----------
    clock, cpu
        Seconds; of the processor those of all threads.
    megabytes
        Most memory of the process while it ran.
    """

    clock: float = 0.0
    cpu: float = 0.0
    megabytes: float = 0.0


@dataclass
class Stopwatch:
    """
    Puts seconds and memory down to the stage that runs.

    Parameters
    ----------
    spent
        By stage, in the order in which they began.
    tell
        Called with :attr:`spent` whenever a stage ends: what is killed leaves what it did.
    """

    spent: dict[str, Spent] = field(default_factory=dict)
    tell: Callable[[dict[str, Spent]], object] = lambda _: None
    _open: list[str] = field(default_factory=lambda: [REST])
    _at: tuple[float, float] = field(default_factory=_now)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; inside :data:`WHOLE` everything is that one's."""
        if WHOLE in self._open:
            yield
            return
        self._book()
        self._open.append(name)
        try:
            yield
        finally:
            self._book()
            self._open.pop()
            self.tell(self.spent)

    def end(self) -> dict[str, dict[str, float]]:
        """Give everything, what ran outside of all stages included."""
        self._book()
        return {name: asdict(one) for name, one in self.spent.items()}

    def _book(self) -> None:
        now = _now()
        one = self.spent.setdefault(self._open[-1], Spent())
        one.clock += now[0] - self._at[0]
        one.cpu += now[1] - self._at[1]
        one.megabytes = max(one.megabytes, _peak())
        self._at = _now()


def timed_plan(place: Path, out: Path, watch: Stopwatch) -> None:
    """Run ``gridplan plan`` on a district folder."""
    from gridplan.cli import main
    from gridplan.district.district import District
    from gridplan.outputs.files import folder

    for module, name, stage in STAGES:
        found = import_module(module)
        setattr(found, name, _timed(getattr(found, name), stage, watch))
    neighbours = vars(District)["boundaries"]
    neighbours.func = _timed(neighbours.func, "neighbours", watch)
    plain = folder.writer_of
    folder.writer_of = lambda name: _timed(plain(name), f"write {name}", watch)
    main(["plan", str(place), "--out", str(out), "--lang", "en"], standalone_mode=False)


def _timed(function: Callable[..., Any], stage: str, watch: Stopwatch) -> Callable[..., Any]:
    def run(*args: Any, **named: Any) -> Any:  # whatever the stage takes and gives
        with watch.stage(stage):
            return function(*args, **named)

    return run


def _peak() -> float:
    """Give the most memory since it was last asked, MB; since the start where Linux is not."""
    status = _SELF / "status"
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    high = next(line for line in lines if line.startswith("VmHWM"))
    (_SELF / "clear_refs").write_text("5", encoding="ascii")
    return float(high.split()[1]) / 2**10
