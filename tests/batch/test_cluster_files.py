"""The files for clusters ask of the programs what these know; no cluster is started."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

from gridplan.cli import main

FOLDER = Path(__file__).parents[2] / "docs" / "cluster"
PROGRAMS = {
    ("dask", "scheduler"): dask_scheduler.main,
    ("dask", "worker"): dask_worker.main,
    ("gridplan", "batch"): main.commands["batch"],
}


def of_kubernetes():
    parts = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")))
    claims = set()
    for part in parts:
        pod = part["spec"].get("template", {}).get("spec", {})
        claims |= {one["persistentVolumeClaim"]["claimName"] for one in pod.get("volumes", [])}
        for container in pod.get("containers", []):
            words = container["args"]
            yield words[2:] if words[:2] == ["python", "-m"] else words
    assert claims == {"gridplan-data"}


def of_slurm():
    text = (FOLDER / "slurm.sh").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        found = re.search(r"(?:^|\s)((?:dask|gridplan) .*?)&?$", line)
        if found and not line.startswith("#"):
            yield shlex.split(found[1])


def test_the_script_is_one_that_bash_reads():
    script = FOLDER / "slurm.sh"
    subprocess.run(["bash", "-n", str(script)], check=True)
    # Before anything is started, what is missing is said.
    run = subprocess.run(["bash", str(script)], check=False, capture_output=True, text=True, env={})
    assert run.returncode != 0
    assert "DISTRICTS" in run.stderr


def test_image_and_cluster_files_agree():
    image = (FOLDER.parent / "hosting" / "Containerfile").read_text(encoding="utf-8")
    parts = (FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"PYTHONPATH, value: (\S+?)}", parts)) == {
        re.search(r"^WORKDIR (\S+)$", image, re.MULTILINE)[1]
    }
    assert set(re.findall(r"fsGroup: (\d+)", parts)) == set(re.findall(r"--uid (\d+)", image))


@pytest.mark.parametrize("commands", [of_kubernetes, of_slurm])
def test_every_option_is_one_the_program_has(commands):
    seen = []
    for words in commands():
        program = PROGRAMS[tuple(words[:2])]
        known = {
            name for option in program.params for name in (*option.opts, *option.secondary_opts)
        }
        assert {word for word in words if word.startswith("--")} <= known, words
        seen.append(tuple(words[:2]))
    assert seen == list(PROGRAMS)
