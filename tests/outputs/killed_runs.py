"""Runs that are killed while they write: a process of its own, because it forks and kills.

``python killed_runs.py PLACE KIND`` prints one JSON line a kill: what was found right after it, and
after the next start. KIND is ``steps`` (killed at every step of the writing, one after another),
``moments`` (killed at random moments, the real writers at work) or ``watched`` (killed at random
moments between one replacement and the next, while a reader looks all the time).
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from stand_in import make_plan

from gridplan.outputs.disk import exchange
from gridplan.outputs.files import folder as folder_module
from gridplan.outputs.files.folder import FILES, check_folder, write_plan

STEPS = ("open", "os.", "shutil.", "ctypes.")


PLAN = SimpleNamespace(district=None)
"""The writers are replaced: they ask nothing of it."""


def small(text):
    """Writers that take no time; every file says which run wrote it."""
    told = json.dumps({"provenance": {"program": "gridplan"}, "run": text})
    content = {"plan.json": told}
    folder_module.writer_of = lambda name: (
        lambda *given: given[1].write_text(content.get(name, text))
    )
    folder_module.entries_of = lambda _district: ()


def state(out):
    """Name what a reader finds: a digest of a whole result, ``none``, or what is wrong."""
    if not out.exists():
        return "none"
    names = sorted(entry.name for entry in out.iterdir())
    if names != sorted(FILES):
        return f"broken: {names}"
    for line in (out / "files.sha256").read_text(encoding="utf-8").splitlines():
        told, name = line.split("  ")
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != told:
            return f"broken: {name}"
    return hashlib.sha256((out / "files.sha256").read_bytes()).hexdigest()[:8]


def killed(run, at=None, after=None):
    """Run in a child that is killed at a step, or after some seconds; whether it was."""
    child = os.fork()
    if child == 0:
        if at is not None:
            count = iter(range(1, 1 << 30))

            def hook(event, _):
                if event.startswith(STEPS) and next(count) == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
        run()
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def look(out):
    """Open the folder as a reader does; say if it is missing or not whole."""
    try:
        opened = os.open(out, os.O_RDONLY)
    except FileNotFoundError:
        return {"none"}
    names = sorted(os.listdir(opened))  # noqa: PTH208  # of the folder that was opened
    # What was opened may be taken away meanwhile; only what is still in its place counts.
    stays = out.exists() and os.path.samestat(os.fstat(opened), out.stat())
    os.close(opened)
    return {f"broken: {names}"} if stays and names != sorted(FILES) else set()


def watched(place):
    chance = random.Random(6)
    out = place / "out"
    small("first")
    write_plan(PLAN, out)
    for number in range(30):
        child = os.fork()
        if child == 0:
            for again in range(1_000_000):
                small(f"run {number}.{again}")
                write_plan(PLAN, out)
        seen, looks, until = set(), 0, time.monotonic() + chance.uniform(0.0, 0.1)
        while time.monotonic() < until:
            seen |= look(out)
            looks += 1
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        tell(out, seen=sorted(seen), looks=looks)


def tell(out, **more):
    found = state(out)
    check_folder(out)
    told = {"found": found, "later": state(out)} | more
    print(json.dumps(told | {"left": sorted(p.name for p in out.parent.iterdir())}))
    return told["later"]


def steps(place):
    for at_once in (True, False):
        if not at_once:
            exchange.exchanged = lambda *_: False
        for earlier in (False, True) if at_once else (True,):
            out = place / f"{at_once}-{earlier}" / "out"
            out.parent.mkdir()
            for at in range(1, 10_000):
                known = ["none"]
                if earlier:
                    small("earlier")
                    write_plan(PLAN, out)
                    known = [state(out)]
                small("later")
                was_killed = killed(lambda out=out: write_plan(PLAN, out), at=at)
                tell(out, killed=was_killed, two_steps=not at_once, known=known)
                if not was_killed:
                    break


def moments(place):
    chance = random.Random(5)
    plans = [make_plan(columns=4, rows=3, seed=seed) for seed in (1, 2)]
    out = place / "out"
    began = time.monotonic()
    write_plan(plans[0], out)
    usual = time.monotonic() - began
    for number in range(6):

        def again_and_again(first=number):
            for turn in range(1_000_000):
                write_plan(plans[(first + turn) % 2], out)

        tell(out, killed=killed(again_and_again, after=chance.uniform(0.0, 2 * usual)))


if __name__ == "__main__":
    kinds = {"steps": steps, "moments": moments, "watched": watched}
    kinds[sys.argv[2]](Path(sys.argv[1]))
