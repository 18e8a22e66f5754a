"""What pyproject.toml cannot say: the tables of studies/ go into the wheel, beside the package's modules.

pyproject.toml names it (`tool.setuptools.cmdclass`): a setup.py at the root could make Binder build otherwise. In the
repository the tables stay where the experiments are that made them; `nnchain_edu.studies.folder` finds either place.
"""

from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent.parent


class BuildWithTables(build_py):
    """`build_py` that also lays `studies/*.csv` and `*.json` into `nnchain_edu/tables`; not for an editable install."""

    def tables(self) -> dict[str, Path]:
        """Each table's place in the build, and where it comes from."""
        if self.editable_mode:
            return {}
        found = sorted(path for kind in ("csv", "json") for path in (ROOT / "studies").glob(f"*.{kind}"))
        return {str(Path(self.build_lib, "nnchain_edu", "tables", path.name)): path for path in found}

    def run(self) -> None:
        super().run()
        for target, path in self.tables().items():
            self.mkpath(str(Path(target).parent))
            self.copy_file(str(path), target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), *self.tables()]

    def get_source_files(self) -> list[str]:  # for a source distribution, from which the same wheel can be made
        tables = (path for kind in ("csv", "json") for path in Path("studies").glob(f"*.{kind}"))
        return [*super().get_source_files(), *sorted(map(str, tables))]
