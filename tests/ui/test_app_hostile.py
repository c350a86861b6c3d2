"""No file and no folder takes the page down: it says what is wrong and goes on."""

import os
import random
import shutil
import sys
from pathlib import Path

import pytest
from test_app_page import plain

from gridplan.errors import InputError
from gridplan.text import say
from gridplan.ui.views.answers import take_file

sys.path.insert(0, str(Path(__file__).parents[1]))
from hostile import VALUES, broken_folders

UPLOADS = (
    b"",
    b"\xff\xfe\x00",
    b"PK\x03\x04" + bytes(200),
    random.Random(7).randbytes(200),
    b"a = " + b"[" * 5000 + b"]" * 5000,
    b"a." * 400 + b"b = 1",
    b"seed = " + b"9" * 5000,
    b"seed = 0x" + b"f" * 5000,
    b"grid_split_price = 1e308",
    b"grid_compactness = 1e9\nseed = 2147483647\ntime_limit = 1e6\ngrid_split_price = 1e15",
    b"centers = 100000\ngrids = 1000\ncenter_lower = 0\ncenter_upper = 10000000",
    b'profiles = ["none", "\\u0000"]\ngrid_leads = ["\\u001b[2J", ""]\nclose = ["c1", "c1"]',
    b'name_zh = "{{7*7}}<script>"\nname_en = "\\u202e"\nprofiles = []',
    b'profile_files = ["/dev/zero", "../x.toml", "C:\\\\x.toml"]',
    b"# " + b"x" * 1_100_000,
    *(f"center_upper = {value}".encode() for value in VALUES[::4]),
)


def test_no_scenario_file_takes_the_page_down(page):
    at = page("en")
    for number, content in enumerate(UPLOADS):
        at.file_uploader(key="upload").upload(f"{number}.toml", content, "text/plain").run()
        assert not at.exception, content[:60]
        assert say("app.failed", "en") not in plain(at), content[:60]


@pytest.mark.parametrize("content", [content for content in UPLOADS if content])
def test_no_file_of_answers_is_taken_but_refused_in_words(content):
    with pytest.raises(InputError) as caught:
        take_file(content, "answers.toml", ())
    assert caught.value.text("zh") != caught.value.text("en")


def test_no_folder_takes_the_page_down(page, tiny_folder, tmp_path):
    at = page("zh")
    at.selectbox(key="district").select("").run()
    typed = ["/dev/zero", "\x00", "x" * 5000, "//server/share", str(tmp_path / "none")]
    for folder in typed:
        at.text_input(key="folder").input(folder).run()
        assert not at.exception, folder
        assert say("app.failed", "zh") not in plain(at), folder
    for what, folder in broken_folders(tiny_folder, tmp_path, seed=21, count=12):
        kept = shutil.copytree(
            folder, tmp_path / f"kept-{what.split()[0]}", symlinks=True, copy_function=copied
        )
        at.text_input(key="folder").input(str(kept)).run()
        assert not at.exception, what
        assert say("app.failed", "zh") not in plain(at), what


def copied(source, target):
    """Copy a file; a pipe, which would wait for a writer, is made anew."""
    if Path(source).is_fifo():
        os.mkfifo(target)
    else:
        shutil.copy2(source, target)
