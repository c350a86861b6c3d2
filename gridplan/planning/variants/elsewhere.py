"""
Plans made side by side, in processes of their own that take one order after another.

So that all cores work and none waits for another; the same plans come out whatever the number of
processes.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gridplan.district.district import District
from gridplan.errors import GridplanError
from gridplan.planning.plan import Plan
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario

WORKER = "gridplan.planning.variants.worker"
_LAST_WORDS = 10.0  # seconds that a process which broke is given to say why

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Order:
    """
    What one process is to plan.

    Parameters
    ----------
    district, scenario
        Of the plan.
    own_profiles
        Files of the planner's own rules.
    """

    district: District
    scenario: Scenario
    own_profiles: tuple[Path, ...] = ()


def answer(order: Order) -> Plan | GridplanError:
    """Plan one order; a refusal is an answer too."""
    try:
        return make_plan(order.district, order.scenario, own_profiles=order.own_profiles)
    except GridplanError as error:
        return error


def plan_all(
    orders: Mapping[Name, Order],
    processes: int | None,
    done: Callable[[Name, Plan | GridplanError], object],
) -> None:
    """
    Plan several orders.

    Parameters
    ----------
    orders
        By any name.
    processes
        At a time; None for as many as there are processors, 1 for this one alone.
    done
        Given each answer as it comes, in this thread. What it raises stops all that runs.
    """
    count = processes or os.cpu_count() or 1
    if count == 1 or len(orders) == 1:
        for name, order in orders.items():
            done(name, answer(order))
        return
    own, begun = threading.local(), list[_Process]()

    def elsewhere(order: Order) -> Plan | GridplanError:
        if not hasattr(own, "process"):
            own.process = _Process()
            begun.append(own.process)
        return own.process.answer(order)

    try:
        with ThreadPoolExecutor(min(count, len(orders))) as pool:
            ahead = {pool.submit(elsewhere, order): name for name, order in orders.items()}
            try:
                for one in as_completed(list(ahead)):
                    done(ahead.pop(one), one.result())
            except BaseException:
                for waiting in ahead:
                    waiting.cancel()
                for process in begun:
                    process.kill()
                raise
    finally:
        for process in begun:
            process.close()


class _Process:
    """Another process of the same program, which answers one order after another."""

    def __init__(self) -> None:
        home = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": path},
        )

    def answer(self, order: Order) -> Plan | GridplanError:
        """Hand an order in and wait for its plan or refusal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump(order, self._process.stdin)
            self._process.stdin.flush()
            found: Plan | GridplanError = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_LAST_WORDS)
            self._said.seek(0)
            raise RuntimeError(
                self._said.read().decode(errors="replace").strip()[-2000:]
            ) from error
        return found

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def close(self) -> None:
        """Let it end and forget what it said."""
        with contextlib.suppress(OSError), self._process:  # a killed one takes nothing any more
            pass
        self._said.close()
