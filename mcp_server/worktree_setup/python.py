"""Dependencies of Python: an environment of the checkout's own, with what the source's has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from mcp_server.domain.setup_step import Step, run
from mcp_server.worktree_setup.folder import Folder, parent, under

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")
REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
    "requirements-test.txt",
    "test-requirements.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
)
ENVIRONMENTS = (".venv", "venv")
_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def steps(source: Folder | None, new: Folder) -> list[Step]:
    """The steps for each project: with a lock file at the root, and wherever the source has an environment."""
    files = new.tracked((*LOCKS, *PROJECTS, *(name.rpartition("/")[2] for name in REQUIREMENTS)))
    folders = {parent(file) for file in files} | {parent(parent(file)) for file in files}
    found: list[Step] = []
    for folder in sorted(folders):
        own = None if source is None else _environment(source, folder)
        if own is not None or not folder:
            found += _project(source, new, folder, own)
    return found


def _project(source: Folder | None, new: Folder, folder: str, environment: str | None) -> list[Step]:
    project = _toml(new, under(folder, "pyproject.toml"))
    installed = _installed(source, environment) if source is not None and environment is not None else set()
    for lock, command in ((LOCKS[0], _uv), (LOCKS[1], _poetry), (LOCKS[2], _pdm)):
        if new.is_file(under(folder, lock)):
            words = command(project, _toml(new, under(folder, lock)), installed)
            return [run(*words, folder=folder, makes=ENVIRONMENTS[0])]
    if source is None or environment is None:
        return []
    return _with_pip(source, new, folder, environment, project, installed)


def _uv(project: Mapping[str, Any], lock: Mapping[str, Any], installed: set[str]) -> list[str]:
    chosen = ["--all-packages"] if _has_members(lock, project, installed) else []
    chosen += [word for name in _extras(project, installed) for word in ("--extra", name)]
    chosen += [word for name in _groups(project, installed) for word in ("--group", name)]
    return ["uv", "sync", "--frozen", *chosen]


def _poetry(project: Mapping[str, Any], _lock: Mapping[str, Any], installed: set[str]) -> list[str]:
    chosen = [word for name in _extras(project, installed) for word in ("--extras", name)]
    chosen += [word for name in _optional(project, installed) for word in ("--with", name)]
    return ["poetry", "install", "--no-interaction", *chosen]


def _pdm(project: Mapping[str, Any], lock: Mapping[str, Any], installed: set[str]) -> list[str]:
    locked = lock.get("metadata", {}).get("groups", ())
    chosen = [word for name in _extras(project, installed) if name in locked for word in ("--group", name)]
    return ["pdm", "install", "--frozen-lockfile", *chosen]


def _with_pip(
    source: Folder, new: Folder, folder: str, environment: str, project: Mapping[str, Any], installed: set[str]
) -> list[Step]:
    wanted = [word for name in REQUIREMENTS if new.is_file(under(folder, name)) for word in ("-r", name)]
    if "project" in project or new.is_file(under(folder, "setup.py")):
        extras = ",".join(_extras(project, installed))
        wanted += ["-e", f".[{extras}]" if extras else "."]
        wanted += dict.fromkeys(
            need for name in _groups(project, installed, dev=True) for need in _group(project, name)
        )
    if not wanted:
        return []
    name = environment.rpartition("/")[2]
    interpreter, by_uv = _made_by(source.text(under(environment, "pyvenv.cfg")))
    make: tuple[str, ...]
    install: tuple[str, ...]
    if by_uv:
        make = ("uv", "venv", "--quiet", "--allow-existing", "--python", interpreter, name)
        install = ("uv", "pip", "install", "--quiet", "--python", name, *wanted)
    else:
        make = (interpreter, "-m", "venv", name)
        install = (f"{name}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)
    return [
        run(*make, folder=folder, name=f"environment {name}", makes=name),
        run(*install, folder=folder, name=f"pip install {' '.join(wanted)}"),
    ]


def _environment(source: Folder, folder: str) -> str | None:
    names = dict.fromkeys((*ENVIRONMENTS, *source.names(folder)))
    paths = (under(folder, name) for name in names)
    return next((path for path in paths if source.is_file(under(path, "pyvenv.cfg"))), None)


def _made_by(configuration: str) -> tuple[str, bool]:
    """The interpreter that an environment was made with, and whether uv made it."""
    said = dict(
        (key.strip(), value.strip()) for key, _, value in (line.partition("=") for line in configuration.splitlines())
    )
    home = said.get("home")
    return said.get("executable") or (f"{home}/python3" if home else "python3"), "uv" in said


def _installed(source: Folder, environment: str) -> set[str]:
    """The packages in an environment."""
    libraries = under(environment, "lib")
    return {
        _normal(name.removesuffix(".dist-info").rpartition("-")[0])
        for version in source.names(libraries)
        for name in source.names(f"{libraries}/{version}/site-packages")
        if name.endswith(".dist-info")
    }


def _has_members(lock: Mapping[str, Any], project: Mapping[str, Any], installed: set[str]) -> bool:
    """Whether the source has all packages of a workspace installed, and not only the one at its root."""
    packages = [entry for entry in lock.get("package", ()) if isinstance(entry, dict)]
    virtual = {str(entry.get("name")) for entry in packages if "virtual" in entry.get("source", {})}
    members = {_normal(str(name)) for name in lock.get("manifest", {}).get("members", ())}
    others = members - virtual - {_normal(str(project.get("project", {}).get("name", "")))}
    return bool(others) and others <= installed


def _extras(project: Mapping[str, Any], installed: set[str]) -> list[str]:
    """The extras that the source has installed."""
    extras = project.get("project", {}).get("optional-dependencies", {})
    own = _normal(str(project.get("project", {}).get("name", "")))
    return [name for name, needs in extras.items() if needs and _names(needs) - {own} <= installed]


def _optional(project: Mapping[str, Any], installed: set[str]) -> list[str]:
    """The optional groups of poetry that the source has installed."""
    groups = project.get("tool", {}).get("poetry", {}).get("group", {})
    needs = {name: set(group.get("dependencies", ())) for name, group in groups.items() if group.get("optional")}
    return [name for name, needed in needs.items() if needed and {_normal(need) for need in needed} <= installed]


def _groups(project: Mapping[str, Any], installed: set[str], *, dev: bool = False) -> list[str]:
    """The groups that the source has installed; `dev` comes by itself with uv, and has to be named for pip."""
    groups = (name for name in project.get("dependency-groups", {}) if dev or name != "dev")
    needs = {name: _group(project, name) for name in groups}
    return [name for name, needed in needs.items() if needed and _names(needed) <= installed]


def _group(project: Mapping[str, Any], name: str, above: tuple[str, ...] = ()) -> list[str]:
    """What a group needs, with the groups that it includes."""
    found: list[str] = []
    for need in project.get("dependency-groups", {}).get(name, ()):
        if isinstance(need, str):
            found.append(need)
        elif isinstance(need, dict) and need.get("include-group") not in (None, name, *above):
            found += _group(project, need["include-group"], (*above, name))
    return found


def _names(needs: Sequence[object]) -> set[str]:
    """The packages that requirements name, but for those that only another platform needs."""
    return {_normal(found[1]) for need in needs if ";" not in str(need) and (found := _NAME.match(str(need)))}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _toml(folder: Folder, path: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(folder.text(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
