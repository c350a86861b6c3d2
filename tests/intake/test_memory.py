"""Hostile files are refused, or read, within a gigabyte of memory: measured by a hard limit."""

import subprocess
import sys
import textwrap
import zipfile

import numpy as np
import pyarrow as pa
import pytest
import rasterio
from pyarrow import parquet
from rasterio.transform import Affine

resource = pytest.importorskip("resource")

SCRIPT = textwrap.dedent("""
    import resource, sys
    from pathlib import Path
    from gridplan.errors import InputError
    from gridplan.intake.files.opening import open_source

    pages = [int(n) * resource.getpagesize() for n in open("/proc/self/statm").read().split()[:2]]
    room = pages[0] + (1 << 30) - pages[1]
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    for name in sys.argv[1:]:
        try:
            open_source(Path(name))
        except InputError as error:
            print(",".join(problem.code for problem in error.problems))
        else:
            print("read")
    # Of this program alone: what getrusage tells begins with the one that started it.
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0])
    assert peak < 1_048_576, peak
""")


def _sheet(path, rows):
    """A workbook whose one sheet unpacks to far more than it weighs."""
    row = "<row>" + "".join(f"<c><v>{n}</v></c>" for n in range(400)) + "</row>"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{space}"><sheetData>'.encode())
            salt = np.random.default_rng(1).integers(0, 1 << 60, 4 * rows)
            for n in range(rows):
                part.write(row.encode() + b"<!--%d%d%d%d-->" % tuple(salt[4 * n : 4 * n + 4]))
            part.write(b"</sheetData></worksheet>")


def _raster(path, size, **options):
    place = Affine(10, 0, 400_000, 0, -10, 2_500_000)
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="float32", width=size, height=size,
        crs="EPSG:4547", transform=place, sparse_ok=True, compress="deflate", **options,
    ):  # fmt: skip
        pass


@pytest.mark.thorough
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is Linux's")
def test_hostile_files_stay_within_a_gigabyte(tmp_path):
    _sheet(tmp_path / "bomb.xlsx", 20_500)
    _raster(tmp_path / "huge.tif", 60_000)
    _raster(tmp_path / "block.tif", 9_000, blockysize=9_000)
    parquet.write_table(pa.table({"a": pa.array(np.zeros(30_000_000, dtype=np.int8))}),
                        tmp_path / "rows.parquet")  # fmt: skip
    text = b'{"type":"FeatureCollection","features":[' + b"[" * 200_000
    (tmp_path / "nested.geojson").write_bytes(text)
    with (tmp_path / "large.geojson").open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        file.truncate(200 << 20)
    (tmp_path / "wide.csv").write_bytes(b"a" + b",a" * 3_000_000 + b"\n")
    with zipfile.ZipFile(tmp_path / "zeros.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    names = sorted(path.name for path in tmp_path.iterdir())
    env = {"PATH": "/usr/bin", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *(str(tmp_path / name) for name in names)],
        capture_output=True, text=True, env=env, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = dict(zip(names, done.stdout.split(), strict=True))
    assert told == {
        "block.tif": "intake-raster-block",
        "bomb.xlsx": "intake-archive-size",
        "huge.tif": "intake-raster-large",
        "large.geojson": "intake-too-large",
        "nested.geojson": "intake-broken",
        "rows.parquet": "intake-too-many-rows",
        "wide.csv": "intake-no-rows",
        "zeros.zip": "intake-archive-ratio",
    }
