"""Everything in one zip: complete, named, audited file by file."""

import hashlib
import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from stand_in import make_plan

from gridplan.audit.handed import verify_all, write_all
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.report import bundle as handed_in


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    place = tmp_path_factory.mktemp("bundle")
    plan = make_plan(columns=6, rows=4)
    write_plan(plan, place / "out", lang="zh")
    with pytest.MonkeyPatch.context() as patch:
        # Each is written whole in tests of its own.
        patch.setattr(handed_in, "WRITTEN", (("request", "docx"), ("tables", "xlsx")))
        patch.setattr(handed_in, "FOLDERS", ("public",))
        path, _ = write_all(place / "out", lang="zh")
    return path


def test_it_holds_everything_under_names_that_tell(bundle):
    with zipfile.ZipFile(bundle) as given:
        names = given.namelist()
        content = json.loads(given.read("handed.json"))
    for part in ("表册.xlsx", "请示.docx", "核验.txt", "scenario.toml"):
        assert sum(name.endswith(part) for name in names) == 1
    for part in ("plan.gpkg", "/plan.json", "/map.html", "_gcj02.geojson"):
        assert any(part in name for name in names)
    named = [name for name in names if name not in ("handed.json", "files.sha256")]
    prefix = f"440311测试区_{bundle.name.split('_')[1]}_{content['date']}"
    assert all(name.startswith(prefix) for name in named)


def test_what_is_unchanged_is_sound(bundle):
    first = verify_all(bundle)[0]
    assert first.sound, first.text("zh")


def altered(bundle, path, change):
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            content = change(entry.filename, old.read(entry))
            if content is not None:
                new.writestr(entry.filename, content)
    return path


def forged(content):
    """Change one sign of a Word document's text."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as other:
        for name in given.namelist():
            part = given.read(name)
            other.writestr(name, part.replace("常住人口".encode(), "常住人囗".encode(), 1))
    return made.getvalue()


@pytest.mark.parametrize("ending", ["请示.docx", "scenario.toml"])
def test_every_file_is_covered(bundle, tmp_path, ending):
    with zipfile.ZipFile(bundle) as given:
        target = next(name for name in given.namelist() if name.endswith(ending))

    def change(name, content):
        return None if name == target else content

    first = verify_all(altered(bundle, tmp_path / "missing.zip", change))
    assert not first[0].sound
    assert target in first[0].text("zh")


def test_a_figure_changed_together_with_the_list_is_found(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as given:
        target = next(name for name in given.namelist() if name.endswith("请示.docx"))
        old = given.read(target)
    new = forged(old)
    digests = [hashlib.sha256(part).hexdigest().encode() for part in (old, new)]

    def change(name, content):
        if name == target:
            return new
        return content.replace(*digests) if name == "files.sha256" else content

    found = verify_all(altered(bundle, tmp_path / "forged.zip", change))[0]
    assert not found.sound


def test_the_command_writes_and_audits_it(bundle, tmp_path):
    done = CliRunner().invoke(main, ["verify", str(bundle)])
    assert done.exit_code in (0, 1)  # the drawn plan's own figures are not those of an engine
    assert "压缩包" in done.output
    broken = tmp_path / "x.zip"
    broken.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"x\.zip"):
        verify_all(broken)
