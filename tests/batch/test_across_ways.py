"""Districts with travel matrices of their own: joined by a table of the ways across."""

from itertools import product

import pandas as pd
import pytest
from test_across import CENTERS, write_strip

from gridplan.audit.verify import verify
from gridplan.batch.across.joined import write_joined
from gridplan.batch.across.names import HOME
from gridplan.batch.record import DONE, REFUSED, fingerprint_of, joined_folder, plan_folder
from gridplan.batch.store import read_store
from gridplan.batch.tasks import Task, tasks_of
from gridplan.batch.work import Order, plan_task
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError

ENTRY = '[layers.walk_matrix]\nfile = "walk.csv"\nlabel = "{}"\nsource = "map service"\n'
UNITS = {"west": ["u00", "u01", "u10", "u11", "u20", "u21"], "east": ["u00", "u01", "u10", "u11"]}


def minutes(start, end):
    """Give a walk that no straight line gives: long to the west, short to the east."""
    (home, unit), (other, goal) = start, end
    at, to = (3 * (name == "east") + int(key[1]) for name, key in ((home, unit), (other, goal)))
    return 4 * max(0, at - to) + 2 * max(0, to - at) + abs(int(unit[2]) - int(goal[2])) + 1


def rows(homes, *, across, head="minutes"):
    ends = [(home, unit) for home in homes for unit in UNITS[home]]
    for start, end in product(ends, ends):
        if (start[0] != end[0]) == across:
            names = [":".join(end) if across else end[1] for end in (start, end)]
            yield {"from": names[0], "to": names[1], head: minutes(start, end)}


def write(path, told):
    pd.DataFrame(told).to_csv(path, index=False)
    return path


@pytest.fixture
def pair(tmp_path):
    folders = {
        "west": write_strip(tmp_path / "in" / "west", "440303", 3, first=0, center=0),
        "east": write_strip(tmp_path / "in" / "east", "440304", 2, first=3, center=1),
    }
    for (home, folder), label in zip(folders.items(), ("real", "derived"), strict=True):
        write(folder / "walk.csv", rows([home], across=False))
        toml = folder / "district.toml"
        toml.write_text(toml.read_text(encoding="utf-8") + ENTRY.format(label), encoding="utf-8")
    return folders


def codes(members, folder, across=None):
    with pytest.raises(InputError) as caught:
        write_joined(members, folder, across)
    return [problem.code for problem in caught.value.problems]


def test_a_joint_matrix_knows_every_way_of_each_and_those_across(pair, tmp_path):
    members = {home: read_district(folder) for home, folder in pair.items()}
    assert codes(members, tmp_path / "joint") == ["joined-matrix"] * 2
    ways = write(tmp_path / "ways.csv", rows(UNITS, across=True))
    joint = read_district(write_joined(members, tmp_path / "joint", {"walk_matrix": ways}))
    matrix = joint.walk_matrix
    assert set(matrix.origins.id) == {
        unit if unit in ("u20", "u21") else f"{home}:{unit}"
        for home, units in UNITS.items() for unit in units
    }  # fmt: skip
    known = matrix.cost.tocoo()
    assert known.nnz == 100
    for row, column, value in zip(known.row, known.col, known.data, strict=True):
        ends = [(joint.units[HOME][key], key[-3:])
                for key in (matrix.origins.id[row], matrix.targets.id[column])]  # fmt: skip
        assert value == minutes(*ends)
    (source,) = (one for one in joint.layers if one.layer == "walk_matrix")
    assert source.label == "derived"  # the weaker of the two
    again = read_district(write_joined(members, tmp_path / "joint", {"walk_matrix": ways}))
    assert again.sha256 == joint.sha256


def test_matrices_that_do_not_fit_are_refused_with_a_remedy(pair, tmp_path):
    lengths = write(tmp_path / "m.csv", rows(UNITS, across=True, head="metres"))
    members = {home: read_district(folder) for home, folder in pair.items()}
    assert codes(members, tmp_path / "j", {"walk_matrix": lengths}) == ["joined-matrix-measure"]
    broken = write(tmp_path / "b.csv", [{"from": "u1", "to": "u2", "minutes": "far"}])
    assert codes(members, tmp_path / "j", {"walk_matrix": broken}) == ["not-a-number"]
    few = write(tmp_path / "few.csv", list(rows(UNITS, across=True))[1:])
    folder = write_joined(members, tmp_path / "j", {"walk_matrix": few})
    with pytest.raises(InputError, match="walk_matrix"):
        read_district(folder)
    toml = pair["east"] / "district.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace(ENTRY.format("derived"), ""), encoding="utf-8")
    members["east"] = read_district(pair["east"])
    assert codes(members, tmp_path / "j", {"walk_matrix": few}) == ["joined-matrix-some"]


def listed(tmp_path):
    together = (
        'districts = ["in"]\nscenarios = ["s.toml"]\n[[together]]\ndistricts = ["east", "west"]\n'
    )
    (tmp_path / "s.toml").write_text(CENTERS, encoding="utf-8")
    file = tmp_path / "list.toml"
    file.write_text(together + 'walk_matrix = "ways.csv"\n', encoding="utf-8")
    return file


@pytest.mark.usefixtures("pair")
def test_a_list_names_the_ways_and_other_ways_are_another_task(tmp_path):
    file = listed(tmp_path)
    with pytest.raises(InputError) as caught:
        tasks_of(file)
    assert [problem.code for problem in caught.value.problems] == ["batch-no-ways"]
    ways = write(tmp_path / "ways.csv", rows(UNITS, across=True))
    (task,) = tasks_of(file)
    assert task.ways == (("walk_matrix", ways),)
    before = fingerprint_of(task, "zh")
    ways.write_text(ways.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint_of(task, "zh") != before


@pytest.mark.thorough
@pytest.mark.usefixtures("pair")
def test_residents_walk_the_ways_of_the_table(tmp_path):
    write(tmp_path / "ways.csv", rows(UNITS, across=True))
    (task,) = tasks_of(listed(tmp_path))
    out = tmp_path / "out"
    record = plan_task(Order(task, out, "print", "zh"))
    assert record.state == DONE, record.problems
    assert verify(plan_folder(out, task), district=joined_folder(out, task)).differences == ()
    units = read_store(out, "units")
    stands = {"e1": {"440303": ("west", "u00"), "440304": ("east", "u10")}}
    homes = {"440303": "west", "440304": "east"}
    for row in units.to_dict(orient="records"):
        home, _, plain = row["center"].rpartition(":")
        code = next((code for code, name in homes.items() if name == home), row["adcode"])
        way = minutes((homes[row["adcode"]], row["unit"]), stands[plain][code])
        assert row["minutes_to_center"] == pytest.approx(way)


def test_without_a_table_the_batch_says_what_to_do(pair, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(CENTERS, encoding="utf-8")
    task = Task(tuple(pair.values()), file)
    record = plan_task(Order(task, tmp_path / "out", "print", "zh"))
    assert (record.state, record.problems[0]["code"]) == (REFUSED, "joined-matrix")
    assert "[[together]]" in record.problems[0]["en"]
