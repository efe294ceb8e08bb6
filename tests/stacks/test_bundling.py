"""The asset, bundled for real: what a handler imports is in it, for Lambda's processor."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.stacks.conftest import ROOT, Assembly

LARGEST_ASSET = 200 * 1024 * 1024  # bytes, unpacked; Lambda itself takes 250 MB
AARCH64 = 183  # EM_AARCH64 in an ELF header
LAMBDA = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}


@pytest.fixture(scope="module")
def asset(assembly: Assembly) -> Path:
    return assembly.asset


def test_every_module_that_our_code_imports_is_in_the_asset(asset: Path) -> None:
    missing = {
        module
        for module in _imported(asset / "labeling")
        if module not in sys.stdlib_module_names and not _is_in(asset, module)
    }

    assert missing == set()


def test_every_package_that_another_one_requires_is_in_the_asset(asset: Path) -> None:
    packages = {_normal(package.name): package for package in _packages(asset)}

    missing = {
        (name, requirement.name)
        for name, package in packages.items()
        for requirement in map(Requirement, package.requires or [])
        if requirement.marker is None or requirement.marker.evaluate(LAMBDA)
        if not (found := packages.get(_normal(requirement.name)))
        or found.version not in requirement.specifier
    }
    assert missing == set()


def test_compiled_modules_are_made_for_arm64_and_python_3_13(asset: Path) -> None:
    compiled = list(asset.rglob("*.so"))

    assert compiled  # pydantic-core at least
    for library in compiled:
        header = library.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == AARCH64
        assert "cpython-313-aarch64-linux-gnu" in library.name or ".abi3." in library.name


def test_our_own_package_is_whole_and_its_data_files_are_there(asset: Path) -> None:
    source = ROOT / "lambdas" / "labeling"
    ours = {
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert ours == {
        path.relative_to(asset / "labeling")
        for path in (asset / "labeling").rglob("*")
        if path.is_file()
    }


def test_the_asset_is_smaller_than_lambda_allows(asset: Path) -> None:
    assert sum(path.stat().st_size for path in asset.rglob("*")) < LARGEST_ASSET


def test_nothing_of_this_machine_gets_into_the_asset(asset: Path) -> None:
    assert not list(asset.rglob("*.pyc"))
    assert not (asset / "bin").exists()


def _imported(package: Path) -> Iterator[str]:
    """The top-level names of every import that runs, those inside functions included."""
    for path in package.rglob("*.py"):
        yield from _imported_by(ast.parse(path.read_text()))


def _imported_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return  # never runs
        case ast.Import():
            yield from (alias.name.partition(".")[0] for alias in node.names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module.partition(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from _imported_by(child)


def _is_in(asset: Path, module: str) -> bool:
    return (asset / module).is_dir() or (asset / f"{module}.py").is_file()


def _packages(asset: Path) -> list[Distribution]:
    return [Distribution.at(path) for path in asset.glob("*.dist-info")]


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
