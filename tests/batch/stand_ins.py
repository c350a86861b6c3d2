"""Work that takes no time, where a worker can import it."""

import dataclasses
import os
import time

from gridplan.batch.record import DONE, Record


def quick(order):
    """Stand in for planning: every task is done at once and leaves a mark of having run."""
    task = order.task
    marks = order.out / "marks"
    marks.mkdir(parents=True, exist_ok=True)
    with (marks / f"{task.place}.{task.name}").open("a", encoding="utf-8") as file:
        file.write("ran\n")
    time.sleep(0.01)
    figures = dict.fromkeys(("residents", "grids", "centers"), 1)
    return Record(task.key, DONE, order.fingerprint, code=task.place, figures=figures)


def troubled(order):
    """Do as :func:`quick`, but for one task that is a fault and one that ends its worker."""
    if order.task.place == "440302":
        raise RuntimeError("nobody foresaw this")
    record = quick(order)
    if order.task.place == "440303":
        os._exit(9)
    return dataclasses.replace(record, name_zh=order.task.place)


def districts(folder, count):
    """Make folders that look like districts; the stand-in for planning never reads them."""
    for number in range(count):
        place = folder / f"{440300 + number}"
        place.mkdir(parents=True)
        (place / "district.toml").write_text(f"code = '{place.name}'\n", encoding="utf-8")
    return folder


def ran(out):
    """Count how often each task ran."""
    return {path.name: len(path.read_text().split()) for path in (out / "marks").iterdir()}
