"""The asset, bundled for real: what a handler imports is in it, for Lambda's processor."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from packaging.requirements import Requirement

from tests.stacks.conftest import ROOT, Assembly

LARGEST_ASSET = 200 * 1024 * 1024  # bytes, unpacked; Lambda itself takes 250 MB
AARCH64 = 183  # EM_AARCH64 in an ELF header
# What Amazon Linux 2023 has itself.
OF_THE_SYSTEM = (
    "ld-linux-aarch64.so",
    *(
        f"lib{name}.so"
        for name in ("c", "dl", "gcc_s", "m", "pthread", "rt", "stdc++", "util", "z")
    ),
)
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


FUNCTIONS = (
    "transform_batch",
    "trigger_level",
    "wait_for_level",
    "post_process_level",
    "complete_batch",
    "fail_batch",
    "listener",
    "api",
)


@pytest.fixture(scope="module", params=["labeling", "analysis"])
def asset(assembly: Assembly, request: pytest.FixtureRequest) -> Path:
    labeling, analysis = assembly.assets
    return labeling if request.param == "labeling" else analysis


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_module_that_a_function_may_import_is_in_its_asset(
    assembly: Assembly, function: str
) -> None:
    asset = assembly.asset_of(function)

    missing = {
        (module, user)
        for user in _reached(asset, f"labeling.handlers.{function}")
        for module in _imported_by(ast.parse(_file(asset, user).read_text()))
        if (top := module.partition(".")[0]) not in sys.stdlib_module_names
        and not _is_in(asset, top)
    }

    assert missing == set()


def test_every_module_that_our_code_imports_is_in_the_larger_asset(assembly: Assembly) -> None:
    _, asset = assembly.assets
    imported = {
        module.partition(".")[0]
        for path in (asset / "labeling").rglob("*.py")
        for module in _imported_by(ast.parse(path.read_text()))
    }

    assert {m for m in imported - sys.stdlib_module_names if not _is_in(asset, m)} == set()


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


def test_no_library_that_is_left_out_is_needed_by_another(asset: Path) -> None:
    libraries = {path.name for path in asset.rglob("*.so*")}

    missing = {
        (library.name, needed)
        for library in asset.rglob("*.so*")
        for needed in _needed(library)
        if needed not in libraries and not needed.startswith(OF_THE_SYSTEM)
    }

    assert missing == set()


def test_compiled_modules_are_made_for_arm64_and_python_3_13(asset: Path) -> None:
    compiled = list(asset.rglob("*.so"))

    assert compiled  # pydantic-core at least
    for library in compiled:
        header = library.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[18:20], "little") == AARCH64
        assert library.name.startswith("lib") or _is_for_python_3_13(library.name)


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


def _reached(asset: Path, module: str) -> set[str]:
    """The modules of our package that a module leads to, itself included."""
    reached: set[str] = set()
    ahead = [module]
    while ahead:
        here = ahead.pop()
        parents = [here.rsplit(".", count)[0] for count in range(1, here.count(".") + 1)]
        for each in (here, *parents):
            if each in reached or not _file(asset, each).is_file():
                continue
            reached.add(each)
            found = _imported_by(ast.parse(_file(asset, each).read_text()))
            ahead += [name for name in found if name.startswith("labeling.")]
    return reached


def _file(asset: Path, module: str) -> Path:
    path = asset.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imported_by(node: ast.AST) -> Iterator[str]:
    """The names of every import that runs, those inside functions included."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return  # never runs
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imported_by(child)


def _needed(library: Path) -> list[str]:
    """The libraries that the loader looks for with this one."""
    with library.open("rb") as file:
        dynamic = ELFFile(file).get_section_by_name(".dynamic")
        return [tag.needed for tag in dynamic.iter_tags() if tag.entry.d_tag == "DT_NEEDED"]


def _is_for_python_3_13(name: str) -> bool:
    return "cpython-313-aarch64-linux-gnu" in name or ".abi3." in name


def _is_in(asset: Path, module: str) -> bool:
    return (asset / module).is_dir() or (asset / f"{module}.py").is_file()


def _packages(asset: Path) -> list[Distribution]:
    return [Distribution.at(path) for path in asset.glob("*.dist-info")]


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
