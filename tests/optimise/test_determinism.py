"""No clock decides what a run does: on a clock eight times as fast, every answer is the same."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import Delaunay, distance
from test_partition_engine import city

import gridplan
from gridplan.optimise.budget import Run
from gridplan.optimise.partition import alternatives, partition, repair
from gridplan.optimise.siting import (
    capacitated_p_median,
    max_cover,
    p_center,
    regional,
    site_jointly,
)
from gridplan.optimise.weights import Weights

REAL = time.process_time
"""Processor time, so that tests do not hang on what else the machine does."""


WORK = 0.6
"""Work units of each question."""


def scattered(units, parts, seed=0):
    """Units at random with ways over their neighbours, and centers."""
    rng = np.random.default_rng(seed)
    xy = rng.random((units, 2))
    graph = np.zeros((units, units))
    for corners in Delaunay(xy).simplices:
        graph[np.ix_(corners, corners)] = 100.0
    np.fill_diagonal(graph, 0.0)
    people = np.round(rng.lognormal(4, 0.5, units))
    centers = rng.choice(units, parts, replace=False)
    away = distance.cdist(xy, xy[centers])
    return graph, people, people[:, None] * away, centers, xy


def clients(units, sites, seed=0):
    rng = np.random.default_rng(seed)
    people = rng.integers(10, 100, units).astype(float)
    away = distance.cdist(rng.random((units, 2)), rng.random((sites, 2)))
    return people[:, None] * away, people


def service_area(limits):
    graph, people, cost, centers, _ = scattered(180, 12)
    upper = 1.05 * people.sum() / 12
    return partition(graph, people, cost, centers=centers, upper=upper, gap=0.0, **limits)


def chosen_centers(limits):
    graph, people, cost, centers, _ = scattered(180, 40, seed=1)
    return partition(graph, people, cost, centers=centers, parts=6, tolerance=0.1, **limits)


def free_centers(limits):
    graph, people, _, _, xy = scattered(120, 2, seed=2)
    return partition(graph, people, xy=xy, parts=5, tolerance=0.05, **limits)


def lattice_parts(limits):
    graph, demand, cost, centers = city(25, 25, parts=3)
    return partition(graph, demand, cost, centers=centers, tolerance=0.02, gap=0.0, **limits)


def others(limits):
    graph, people, cost, centers, _ = scattered(100, 5)
    return alternatives(3, graph, people, cost, centers=centers, tolerance=0.2, **limits)


def mended(limits):
    graph, people, cost, centers, _ = scattered(100, 5)
    drawn = cost.argmin(axis=1)
    return repair(graph, people, cost, drawn, centers=centers, tolerance=0.1, **limits).partition


def siting(limits):
    cost, people = clients(120, 60)
    return capacitated_p_median(cost, people, np.full(60, people.sum() / 11), 12, **limits)


def wide_siting(limits):
    cost, people = clients(900, 40)
    return capacitated_p_median(cost, people, np.full(40, people.sum() / 4.5), 5, **limits)


def both_levels(limits):
    cost, people = clients(80, 25)
    rng = np.random.default_rng(3)
    between = distance.cdist(*[rng.random((25, 2))] * 2)
    return site_jointly(
        cost, people, np.full(25, people.sum() / 6), 8, between, attach={"p": 3}, **limits
    ).siting


def attached(limits):
    rng = np.random.default_rng(4)
    people = rng.integers(10, 100, 30).astype(float)
    away = distance.cdist(*[rng.random((30, 2))] * 2)
    return regional(away, people, np.arange(30) // 6, least=250.0, members=12, **limits)


def covered(limits):
    cost, people = clients(150, 50)
    return max_cover(cost, people, 6, radius=12.0, **limits)


def nearest(limits):
    cost, people = clients(60, 20)
    return p_center(cost, people, 4, capacity=np.full(20, people.sum() / 3), **limits)


QUESTIONS = [
    service_area, chosen_centers, free_centers, lattice_parts, others, mended, siting, wide_siting,
    both_levels, attached, covered, nearest,
]  # fmt: skip


def told(answer):
    """Everything of an answer but its seconds."""
    if isinstance(answer, tuple):
        return [(told(one.partition), one.extra, one.moved) for one in answer]
    steps = [row[1:] for row in answer.trace]
    return (
        np.asarray(answer.assignment).tobytes(), answer.objective, answer.bound, answer.work,
        answer.status, answer.method, answer.ended, steps,
    )  # fmt: skip


def endings(answer):
    """How a run ended, or several."""
    if isinstance(answer, tuple):
        return {endings(one.partition).pop() for one in answer}
    return {answer.ended}


@pytest.mark.thorough
@pytest.mark.parametrize("ask", QUESTIONS, ids=lambda ask: ask.__name__)
def test_a_faster_clock_changes_nothing(ask, monkeypatch):
    limits = {"work_limit": WORK, "time_limit": 40.0}
    monkeypatch.setattr(time, "perf_counter", REAL)
    first = ask(limits)
    assert "time" not in endings(first)
    monkeypatch.setattr(time, "perf_counter", lambda: 8.0 * REAL())
    second = ask(limits)
    assert "time" not in endings(second)
    assert told(first) == told(second)


@pytest.mark.parametrize("ask", [service_area, siting], ids=lambda ask: ask.__name__)
def test_a_clock_that_ends_a_run_is_named(ask, monkeypatch):
    ticks = iter(range(10**9))
    monkeypatch.setattr(time, "perf_counter", lambda: 0.25 * next(ticks))
    got = ask({"work_limit": 1e6, "time_limit": 10.0})
    assert endings(got) <= {"time", "proof"}
    if got.assignment is not None:
        assert got.bound <= got.objective


def test_only_the_run_reads_a_clock():
    package = Path(gridplan.__file__).parent
    found = set()
    for floor in ("optimise", "planning", "district", "policy"):
        for path in (package / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) else []
                if {"time", "timeit"} & set(names):
                    found.add(path.relative_to(package).as_posix())
    assert found == {"optimise/budget.py"}


def test_seconds_left_only_cut_short():
    """Of what a run tells, only these files read its clock, to cut short or to tell."""
    package = Path(gridplan.__file__).parent
    readers = {
        path.relative_to(package).as_posix()
        for floor in ("optimise", "planning")
        for path in (package / floor).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "seconds_left"
    }
    assert readers == {"optimise/budget.py", "optimise/milp.py"}


def test_work_is_planned_alike_whatever_the_clock_says(monkeypatch):
    runs = []
    for speed in (1.0, 8.0):
        monkeypatch.setattr(time, "perf_counter", lambda speed=speed: speed * REAL())
        run = Run(work_limit=50, time_limit=20)
        run.spend(7)
        part = run.part(0.3)
        part.spend(2)
        run.book(part)
        runs.append((run.planned, run.work_left, part.work_limit, run.work))
    assert runs[0] == runs[1]


def test_weights_are_work_of_one_operation():
    weights = dict(vars(Weights()))
    assert weights.pop("pivot_wide") > 0  # a size, not work
    assert all(0 <= value < 0.01 for value in weights.values())
