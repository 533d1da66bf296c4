"""Dependencies of Node: which tool they are installed with, and when they may be cloned from the source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcp_server.domain.setup_step import Step, run
from mcp_server.worktree_setup.folder import Folder, parent, under

LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "yarn.lock": "yarn",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
INSTALLED = "node_modules"
MARKERS = {"npm": ".package-lock.json", "yarn": ".yarn-integrity"}
"""What the tool writes into `node_modules` when it has finished."""
SKIPPED = (".cache", ".vite", ".vite-temp")
COMMANDS = {
    "npm": ("npm", "ci", "--no-audit", "--no-fund"),
    "pnpm": ("pnpm", "install", "--frozen-lockfile", "--prefer-offline"),
    "bun": ("bun", "install", "--frozen-lockfile"),
}


def steps(source: Folder | None, new: Folder) -> list[Step]:
    """A step for each project with a lock file: at the root, and deeper where the source has one installed."""
    found: dict[str, str] = {}
    for lock in sorted(new.tracked(tuple(LOCKS)), key=lambda path: list(LOCKS).index(path.rpartition("/")[2])):
        folder = parent(lock)
        if new.is_file(under(folder, "package.json")) and (not folder or _is_installed(source, folder)):
            found.setdefault(folder, lock)
    return [_step(source, new, folder, found[folder]) for folder in sorted(found)]


def scripts(source: Folder | None, new: Folder) -> list[Step]:
    """What an installation would run at its end, beside what it puts into `node_modules`: hooks, generated code."""
    return [
        Step(
            f"{tool} run {name}" + (f" (in {folder})" if folder else ""), "script", folder, command=(tool, "run", name)
        )
        for step in steps(source, new)
        if step.kind == "clone"
        for folder in [step.folder]
        for tool in [step.command[0]]
        for name in _lifecycle(_json(new, under(folder, "package.json")))
    ]


def _lifecycle(manifest: Mapping[str, Any]) -> list[str]:
    """The project's scripts that npm and yarn 1 run after an installation. `install` runs those before and after it."""
    named = manifest.get("scripts")
    known = named if isinstance(named, dict) else {}
    first = ["install"] if "install" in known else [name for name in ("preinstall", "postinstall") if name in known]
    return first + [name for name in ("prepublish", "prepare") if name in known]


def _is_installed(source: Folder | None, folder: str) -> bool:
    return source is not None and (
        source.is_folder(under(folder, INSTALLED))
        or source.is_file(under(folder, ".pnp.cjs"))
        or source.is_file(under(folder, ".pnp.js"))
    )


def _step(source: Folder | None, new: Folder, folder: str, lock: str) -> Step:
    manifest = _json(new, under(folder, "package.json"))
    tool = _chosen(manifest) or LOCKS[lock.rpartition("/")[2]]
    command = _yarn(new, folder, lock) if tool == "yarn" else COMMANDS[tool]
    if source is None or not _is_clonable(source, new, folder, lock, tool):
        return run(*command, folder=folder, makes=INSTALLED)
    paths = _installed(source, folder)
    return Step(
        under(folder, INSTALLED), "clone", folder, paths, command, MARKERS[tool], _written(new, folder, manifest), paths
    )


def _chosen(manifest: Mapping[str, Any]) -> str | None:
    """The tool that the project names."""
    name = str(manifest.get("packageManager", "")).partition("@")[0]
    return name if name in (*COMMANDS, "yarn") else None


def _yarn(new: Folder, folder: str, lock: str) -> tuple[str, ...]:
    modern = new.is_file(under(folder, ".yarnrc.yml")) or "\n__metadata:" in new.text(lock)
    return ("yarn", "install", "--immutable" if modern else "--frozen-lockfile")


def _is_clonable(source: Folder, new: Folder, folder: str, lock: str, tool: str) -> bool:
    """Whether the source has exactly what this lock file asks for, from a tool that writes no absolute paths."""
    marker = under(folder, f"{INSTALLED}/{MARKERS.get(tool, '')}")
    if tool not in MARKERS or not source.is_file(marker) or source.text(lock) != new.text(lock):
        return False
    if tool == "yarn":
        return source.text(under(folder, "package.json")) == new.text(under(folder, "package.json"))
    return _matches(_json(new, lock), _json(source, marker))


def _matches(wanted: Mapping[str, Any], installed: Mapping[str, Any]) -> bool:
    """Whether npm installed what the lock file says: all of it but what other platforms need, and nothing else."""
    want, have = wanted.get("packages"), installed.get("packages")
    if not isinstance(want, dict) or not isinstance(have, dict):
        return False
    asked = {path: entry for path, entry in want.items() if f"{INSTALLED}/" in path and isinstance(entry, dict)}
    there = {path: entry for path, entry in have.items() if f"{INSTALLED}/" in path}
    missing = (entry for path, entry in asked.items() if path not in there)
    return all(path in asked and _same(entry, asked[path]) for path, entry in there.items()) and all(
        entry.get("optional") or entry.get("devOptional") for entry in missing
    )


def _same(one: object, other: Mapping[str, Any]) -> bool:
    return isinstance(one, dict) and all(
        one.get(key) == other.get(key) for key in ("version", "resolved", "integrity", "link")
    )


def _installed(source: Folder, folder: str) -> tuple[str, ...]:
    """The folders of dependencies: those of the project's packages first, the one with the marker last."""
    manifests = (parent(path) for path in source.tracked(("package.json",)))
    inside = [path for path in manifests if path != folder and (not folder or path.startswith(folder + "/"))]
    own = [under(path, INSTALLED) for path in sorted(inside) if source.is_folder(under(path, INSTALLED))]
    owned = [path for path in own if not any(source.is_file(under(parent(path), lock)) for lock in LOCKS)]
    return (*owned, under(folder, INSTALLED))


def _written(new: Folder, folder: str, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What tools change in place below `node_modules`: generated clients, and packages that are patched."""
    found = ["@prisma/client"]
    needs = {name for kind in ("dependencies", "devDependencies") for name in manifest.get(kind) or ()}
    if "patch-package" in needs:
        for patch in new.names(under(folder, "patches")):
            if patch.endswith(".patch"):
                parts = patch.removesuffix(".patch").split("+")
                found.append("/".join(parts[:2]) if patch.startswith("@") else parts[0])
    return tuple(found)


def _json(folder: Folder, path: str) -> Mapping[str, Any]:
    try:
        said = json.loads(folder.text(path))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
