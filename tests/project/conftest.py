"""A project of the tiny district."""

import shutil

import pytest

from gridplan.project.project import Project
from gridplan.project.running import run


@pytest.fixture(scope="session")
def made_projects(tmp_path_factory, tiny_writer):
    """Make one project, and one whose scenario 基准 is planned; nobody works in them."""
    folder = tmp_path_factory.mktemp("projects")
    made = Project.new(folder / "made", tiny_writer(folder / "tiny"))
    decided = {"center_upper": 40_000, "grid_tolerance": 0.2, "work_limit": 0.02}
    made.save(made.scenario("基准").changed(**decided))
    shutil.copytree(made.folder, folder / "planned")
    run(Project.open(folder / "planned"), "基准")
    return folder


@pytest.fixture
def project(tmp_path, made_projects):
    """Give a project of 24 cells with the scenario 基准."""
    return Project.open(shutil.copytree(made_projects / "made", tmp_path / "项目"))


@pytest.fixture
def planned(tmp_path, made_projects):
    """Give the same with 基准 planned."""
    return Project.open(shutil.copytree(made_projects / "planned", tmp_path / "已运行"))
