"""The one step of the build that a table cannot say: bundled districts go into the package."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DATA = Path("data")


class WithDistricts(build_py):
    """Copies every district of ``data/`` to ``gridplan/data/`` of what is built."""

    def _districts(self) -> Iterator[Path]:
        for folder in sorted(DATA.iterdir()):
            if (folder / "district.toml").is_file():
                yield from (path for path in sorted(folder.rglob("*")) if path.is_file())

    def run(self) -> None:
        """Build the package, then put the districts in."""
        super().run()
        if self.editable_mode:  # a clone has them beside the package
            return
        for path in (*self._districts(), DATA / "README.md"):
            target = Path(self.build_lib) / "gridplan" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


setup(cmdclass={"build_py": WithDistricts})
