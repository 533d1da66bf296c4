"""`npm`, `pnpm`, `yarn` and `bun`: manifests that adding and removing change, lock files, and scripts that they run.

`possible` is what an install touches, if it needs to; what an addition changes is certain.
"""

from mcp_server.bash.parse.quoting import quoted
from mcp_server.bash.programs.managers import members
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.call import Call
    from mcp_server.bash.state import Status

_LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock", "bun": "bun.lock"}
_CLEAN = {
    "npm": "npm ci installs what the lock file says",
    "pnpm": "pnpm install --frozen-lockfile installs what the lock file says",
    "yarn": "yarn install --frozen-lockfile installs what the lock file says",
    "bun": "bun install --frozen-lockfile installs what the lock file says",
}
_LONG = "workspace filter registry loglevel tag prefix dir cwd reporter location omit include depth cache store-dir"
_VALUED = {"npm": "wC", "pnpm": "FC", "yarn": "", "bun": "c"}
_NO_LOCK = ("--no-package-lock", "--no-lockfile", "--pure-lockfile", "--no-lock", "--no-shrinkwrap")
_FROZEN = (*_NO_LOCK, "--frozen-lockfile", "--immutable", "--frozen", "--mode=skip-build-lock")
_GLOBAL = ("-g", "--global")
_LIFECYCLE = "preinstall install postinstall prepublish preprepare prepare postprepare".split()


class Project:
    """The call of one of these programs: its options, the workspace around it, and the members that are meant."""

    __slots__ = ("call", "given", "root")

    def __init__(self, call: "Call") -> None:
        self.call = call
        passes = call.name in ("pnpm", "yarn") and call.subcommand in ("run", "run-script", "test", "t", "start")
        self.given = call.options(valued=_VALUED[call.name], long=_LONG, stop=passes)
        # A folder that --prefix names is the root, whatever is above it.
        self.root = call.shell.directory if "--prefix" in call.inherited else members.node_root(call)
        self.root = self.root or call.shell.directory or "."

    @property
    def is_idle(self) -> bool:
        """Whether it changes nothing here: it prints, or installs for the whole machine."""
        return self.given.has(*_GLOBAL, "--dry-run", "--help", "-h") or self.given.value("--location") == "global"

    def folders(self) -> list[str] | None:
        """The folders of the packages that are meant; None if they cannot be told."""
        selected = self.given.values("-w", "--workspace", "-F", "--filter") if self.call.name != "yarn" else []
        if self.call.name == "pnpm" and self.given.has("-w", "--workspace-root"):
            return [self.root or "."]
        if not selected:
            if self.given.has("-r", "--recursive", "--workspaces", "-ws"):
                return list(dict.fromkeys(members.of_node(self.call, self.root or ".").values()))
            here = None if "--prefix" in self.call.inherited else members.nearest(self.call, "package.json")
            return [here or self.root or "."]
        known = members.of_node(self.call, self.root or ".")
        found = [known.get(name.removeprefix("./").rstrip("/")) for name in selected]
        return None if None in found else [folder for folder in found if folder]

    def lock(self, *, certain: bool) -> None:
        """It writes the lock file."""
        for name in (_LOCKS[self.call.name], *(["bun.lockb"] if self.call.name == "bun" and not certain else [])):
            path = f"{self.root}/{name}"
            if certain:
                self.call.write(path)
            else:
                self.call.may_write(path)

    def modules(self) -> None:
        """It may write the installed packages."""
        for folder in {self.root, *(self.folders() or [])}:
            self.call.may_write(f"{folder}/node_modules/")
        if self.call.name == "yarn":
            self.call.may_write(f"{self.root}/.pnp.cjs")
            self.call.may_write(f"{self.root}/.yarn/")

    def manifests(self) -> None:
        """It changes the manifests of the packages that are meant."""
        folders = self.folders()
        if folders is None:
            self.call.mark_unknown(f"Cannot tell which package `{self.call.title}` changes.")
        for folder in folders or []:
            self.call.write(f"{folder}/package.json")


def install(call: "Call") -> None:
    """`install`: with packages it is an addition, without it may bring the lock file up to date."""
    project = Project(call)
    if project.is_idle:
        call.prints()
        return
    if project.given.operands:
        _change(project)
        return
    if project.given.has("--package-lock-only", "--lockfile-only"):
        project.lock(certain=True)
    elif not project.given.has(*_FROZEN):
        project.lock(certain=False)
    project.modules()
    _lifecycle(project)


def clean_install(call: "Call") -> None:
    """`npm ci`: exactly what the lock file says."""
    project = Project(call)
    project.modules()
    _lifecycle(project)


def change(call: "Call") -> None:
    """`add`, `remove`, `update`: manifests and the lock file are the point of it."""
    project = Project(call)
    if project.is_idle:
        call.prints()
    else:
        _change(project)


def _change(project: Project) -> None:
    call, given = project.call, project.given
    reading, before = call.shell.reading, call.shell.reading.instead
    reading.instead = _CLEAN[call.name]
    updates = call.subcommand in ("update", "up", "upgrade", "udpate", "dedupe", "prune", "ddp", "audit fix")
    keeps_manifest = updates and (
        call.name == "npm" and not given.has("--save", "-S", "--force") or call.subcommand in ("dedupe", "prune", "ddp")
    )
    if not given.has("--no-save"):
        if not keeps_manifest:
            project.manifests()
        if not given.has(*_NO_LOCK):
            project.lock(certain=call.subcommand != "prune")
    reading.instead = before
    project.modules()
    call.prints()


def manifest_only(call: "Call") -> None:
    """`npm pkg set`, `npm version`: the manifests of the packages that are meant."""
    project = Project(call)
    if project.is_idle:
        return
    project.manifests()
    if call.subcommand.startswith("version"):
        project.lock(certain=False)


def create(call: "Call") -> None:
    """`init` without a template: a manifest in the current directory, whatever `--prefix` says."""
    given = call.options(valued=_VALUED[call.name], long=_LONG)
    folders = given.values("-w", "--workspace") if call.name == "npm" else []
    if given.operands:
        call.runs_anything()
    else:
        for folder in folders or ["."]:
            call.write(f"{folder.rstrip('/')}/package.json")
    call.prints()


def pack(call: "Call") -> None:
    """`pack`: an archive named after the package."""
    project = Project(call)
    folder = call.options(valued="w", long="pack-destination workspace out").value("--pack-destination") or "."
    folders = project.folders()
    if project.given.has("--dry-run"):
        return
    for package in folders or []:
        found = members.manifest(call, package)
        name, version = found.get("name"), found.get("version")
        if isinstance(name, str) and isinstance(version, str):
            call.write(f"{folder}/{name.lstrip('@').replace('/', '-')}-{version}.tgz")
    call.prints()


def _lifecycle(project: Project) -> None:
    """The project's own scripts that an install runs; those of packages may write anything, if they need to."""
    call = project.call
    if not project.given.has("--ignore-scripts") and project.root is not None:
        _within(call, project.root, lambda: _scripts_of_install(call))
    call.prints()


def run_script(call: "Call") -> None:
    """`npm run NAME`, `npm test`: the script, and those around it, in the packages that are meant."""
    name, arguments, shows = _selected(call)
    folders = Project(call).folders()
    if folders is None:
        call.runs_anything(f"Cannot tell in which package `{call.title}` runs.")
    if name and not shows:
        for folder in folders or []:
            _within(call, folder, lambda: _run_script(call, name, arguments))
    call.prints()


def _selected(call: "Call") -> tuple[str, list[str], bool]:
    """The script, its arguments, and whether only help is asked for.

    npm takes its own options after the name too, up to `--`; the others hand on what follows the name.
    """
    from mcp_server.bash import options

    words = call.arguments
    end = words.index("--") if "--" in words else len(words)
    hands_on = call.name in ("pnpm", "yarn")
    given = options.parsed(words[:end], valued=_VALUED[call.name], long=_LONG, stop=hands_on)
    operands = [*given.operands, *words[end + 1 :]]
    if call.subcommand.rpartition(" ")[2] in ("run", "run-script"):
        name, arguments = (operands[0] if operands else ""), operands[1:]
    else:
        name, arguments = {"t": "test", "tst": "test"}.get(call.subcommand, call.subcommand), operands
    return name, arguments, given.has("--help")


def _within(call: "Call", folder: str, act: "Callable[[], object]") -> None:
    before = call.shell
    call.shell = before.fork()
    call.shell.directory = folder if folder.startswith("/") else before.locate(folder)
    try:
        act()
    finally:
        call.shell = before


def in_members(call: "Call") -> None:
    """`yarn workspace NAME …` in one member, `yarn workspaces run …` in all of them."""
    words = list(call.arguments)
    known = members.of_node(call, members.node_root(call) or ".")
    if call.subcommand == "workspace":
        folders = [known.get(words.pop(0))] if words else []
    else:
        folders = list(dict.fromkeys(known.values()))
        words = [word for word in words if not word.startswith("-") and word != "foreach"]
    for folder in folders:
        if folder is None:
            call.runs_anything(f"Cannot tell in which package `{call.title}` runs.")
        else:
            _within(call, folder, lambda: call.run([call.name, *words]))
    call.prints()


def run_script_or_unknown(call: "Call") -> None:
    """`yarn NAME`: a script, or an unknown program."""
    if call.subcommand in _scripts(call):
        run_script(call)
    else:
        words = [call.subcommand, *call.arguments]
        if call.name == "bun" and "." in call.subcommand:
            call.runs_anything()
        else:
            call.run(words)
        call.prints()


def _scripts(call: "Call") -> dict[str, str]:
    folder = members.nearest(call, "package.json")
    from mcp_server.domain.heuristics.package_json import scripts  # only for a project of Node

    return scripts(call.text(f"{folder}/package.json") or "") if folder else {}


def _run_script(call: "Call", name: str, arguments: list[str]) -> None:
    found = _scripts(call)
    if name not in found:
        if members.nearest(call, "package.json") is None or UNKNOWN in name or call.disk.unpredictable:
            call.runs_anything(f"Cannot tell what `{call.name} run {readable(name)}` runs.")
        return
    for text in (found.get("pre" + name), f"{found[name]} {quoted(arguments)}", found.get("post" + name)):
        if text:
            call.shell.spend(20)
            call.run_shell(text)


def _scripts_of_install(call: "Call") -> None:
    found = _scripts(call)
    for name in _LIFECYCLE:
        if name in found:
            call.shell.spend(20)
            call.run_shell(found[name])


def npx(call: "Call") -> "Status":
    """`npx`: runs a program, one of the project's or one that is fetched."""
    given = call.options(valued="pcw", long="package call workspace from with python prefix", stop=True)
    text = given.value("-c", "--call")
    if text is not None:
        call.run_shell(text)
    words = list(given.operands)
    if words and words[0]:
        name, _, _ = words[0][1:].partition("@")
        words[0] = words[0][0] + name
        return call.run(words)
    call.prints()
    return None
