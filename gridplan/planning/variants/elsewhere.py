"""
Plans made side by side, each in a process of its own.

So that all cores work and none waits for another; the same plans come out whatever the number of
processes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
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
    running: list[subprocess.Popen[bytes]] = []
    with ThreadPoolExecutor(count) as pool:
        ahead = {pool.submit(_elsewhere, order, running): name for name, order in orders.items()}
        try:
            for one in as_completed(list(ahead)):
                done(ahead.pop(one), one.result())
        except BaseException:
            for waiting in ahead:
                waiting.cancel()
            for process in running:
                process.kill()
            raise


def _elsewhere(order: Order, running: list[subprocess.Popen[bytes]]) -> Plan | GridplanError:
    """Plan an order in another process of the same program."""
    home = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    with subprocess.Popen(
        [sys.executable, "-m", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        running.append(process)
        told, wrong = process.communicate(pickle.dumps(order))
        running.remove(process)
    if process.returncode:
        raise RuntimeError(wrong.decode(errors="replace").strip()[-2000:])
    found: Plan | GridplanError = pickle.loads(told)
    return found
