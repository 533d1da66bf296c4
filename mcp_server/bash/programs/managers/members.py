"""The members of a workspace, as the manifests of Node and Rust list them: their names and folders."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.bash.call import Call


def of_node(call: "Call", root: str) -> dict[str, str]:
    """The folders of the members by name, and by folder, of the workspace at `root` (npm, yarn, pnpm, bun)."""
    patterns = _node_patterns(call, root)
    found: dict[str, str] = {}
    for folder in _folders(call, root, patterns, "package.json"):
        found[folder.removeprefix(root + "/")] = folder
        name = manifest(call, folder).get("name")
        if isinstance(name, str):
            found[name] = folder
    return found


def manifest(call: "Call", folder: str) -> dict[str, object]:
    """The package.json in a folder; empty if there is none that can be read."""
    import json  # only for a project of Node

    try:
        found = json.loads(call.text(f"{folder}/package.json") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def node_root(call: "Call") -> str | None:
    """The folder of the workspace around the current directory, or of the package; None where there is neither."""
    nearest = None
    for folder in _upwards(call):
        if call.disk.exists(f"{folder}/package.json") or call.disk.exists(f"{folder}/pnpm-workspace.yaml"):
            nearest = nearest or folder
            if _node_patterns(call, folder):
                return folder
    return nearest


def nearest(call: "Call", file: str) -> str | None:
    """The folder with a file of this name, at or above the current directory; None where there is none."""
    return next((folder for folder in _upwards(call) if call.disk.exists(f"{folder}/{file}")), None)


def cargo_root(call: "Call") -> str | None:
    """The folder of the workspace around the current directory, or of the package; None where there is neither."""
    return _root(call, "Cargo.toml", "[workspace")


def uv_root(call: "Call") -> str | None:
    """The folder of the workspace around the current directory, or of the project; None where there is neither."""
    return _root(call, "pyproject.toml", "[tool.uv.workspace")


def _root(call: "Call", file: str, sign: str) -> str | None:
    found = None
    for folder in _upwards(call):
        text = call.text(f"{folder}/{file}")
        if text is not None:
            found = found or folder
            if sign in text:
                return folder
    return found


def of_cargo(call: "Call", root: str) -> dict[str, str]:
    """The folders of the packages by name, of the workspace at `root`."""
    return _by_name(call, root, "Cargo.toml", "[package]")


def of_uv(call: "Call", root: str) -> dict[str, str]:
    """The folders of the projects by name, of the workspace at `root`."""
    return _by_name(call, root, "pyproject.toml", "[project]")


def _by_name(call: "Call", root: str, file: str, section: str) -> dict[str, str]:
    text = call.text(f"{root}/{file}") or ""
    found = {}
    for folder in (*_folders(call, root, _quoted_list(text, "members"), file), root):
        name = _name_in(call.text(f"{folder}/{file}") or "", section)
        if name:
            found[name] = folder
    return found


def _node_patterns(call: "Call", root: str) -> list[str]:
    listed = call.text(f"{root}/pnpm-workspace.yaml")
    if listed is not None:
        return [line.strip()[1:].strip(" '\"") for line in listed.splitlines() if line.strip().startswith("-")]
    found = manifest(call, root).get("workspaces", [])
    found = found.get("packages", []) if isinstance(found, dict) else found
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _folders(call: "Call", root: str, patterns: "Iterable[str]", file: str) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        name = pattern.removeprefix("./").rstrip("/").replace("/**", "/*")
        if name and not name.startswith("!"):
            matched = call.shell.matching(f"{root}/{name}") if "*" in name else [f"{root}/{name}"]
            found += [folder.rstrip("/") for folder in matched if call.disk.exists(f"{folder.rstrip('/')}/{file}")]
    return found


def _quoted_list(text: str, key: str) -> list[str]:
    """The strings of `key = ["a", "b"]` in a TOML file; loading a parser would take longer than all the rest."""
    for before, after in zip(text.split(key)[:-1], text.split(key)[1:], strict=True):
        rest = after.lstrip()
        if before[-1:] in ("", "\n", " ") and rest.startswith("=") and rest[1:].lstrip().startswith("["):
            return rest.partition("[")[2].partition("]")[0].replace("'", '"').split('"')[1::2]
    return []


def _name_in(text: str, section: str) -> str:
    inside = False
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if line.strip().startswith("["):
            inside = line.strip() == section
        elif inside and equals and key.strip() == "name":
            return value.partition("#")[0].strip(" '\"")
    return ""


def _upwards(call: "Call") -> "Iterable[str]":
    folder = call.shell.directory or ""
    while folder and folder != "/":
        yield folder
        folder = folder.rpartition("/")[0]
