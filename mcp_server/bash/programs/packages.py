"""Package managers: the files that they keep in a project, the scripts that they run for it."""

from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

_NODE_READS = frozenset(
    """
    ls list ll la view info show outdated audit search whoami ping config get root prefix bin docs repo bugs help doctor
    explain why fund query licenses owner access team token profile star stars -v --version version-list
    help-search cache
    completion logout login adduser dist-tag
    """.split()
)
_LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock", "bun": "bun.lock"}


def node_package(call: "Call") -> None:
    """`npm`, `pnpm`, `yarn`, `bun`."""
    given = call.options(
        valued="CwD" if call.name == "npm" else "CF", long="prefix workspace dir filter cwd registry loglevel tag"
    )
    directory = given.value("--prefix", "-C", "--dir", "--cwd")
    words = list(given.operands)
    action = words[0] if words else ("install" if call.name in ("yarn",) else "")
    if directory is not None and action != "init":
        call.shell = call.shell.fork()
        path = call.shell.locate(directory)
        call.shell.directory = path if path is not None and call.disk.is_dir(path) else None
    if action == "pkg":
        if words[1:2] != ["get"]:
            call.write("package.json")
    elif (
        action in ("run", "run-script", "test", "t", "start", "stop", "restart")
        or action in _scripts(call)
        and call.name != "npm"
    ):
        _run(call, action, words)
    elif action in ("init", "create"):
        _initial(call, words[1:])
    elif action in ("exec", "x", "dlx"):
        _run_package(call, words[1:])
    elif action == "version" and len(words) > 1:
        _changes_lists(call)
    elif action in (
        "publish",
        "link",
        "unlink",
        "ci",
        "rebuild",
        "prune",
        "dedupe",
        "shrinkwrap",
        "explore",
        "set-script",
    ) or (
        action
        in (
            "install",
            "i",
            "add",
            "remove",
            "uninstall",
            "rm",
            "un",
            "update",
            "up",
            "upgrade",
            "audit",
            "in",
            "isntall",
        )
        and not (action == "audit" and words[1:2] != ["fix"])
    ):
        _installs(call, action, words[1:])
    elif action and action not in _NODE_READS and action != "version":
        call.runs_anything(f"What `{call.name} {readable(action)}` does is not known.")
    call.prints()


def _scripts(call: "Call") -> dict[str, str]:
    text = call.text("package.json")
    if text is None:
        return {}
    import json  # only for a project of Node

    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return {}
    return (
        {name: value for name, value in scripts.items() if isinstance(value, str)} if isinstance(scripts, dict) else {}
    )


def _run(call: "Call", action: str, words: list[str]) -> None:
    named = words[1:2] if action in ("run", "run-script") else [{"t": "test"}.get(action, action)]
    if not named:
        return
    scripts, name = _scripts(call), named[0]
    after = words[2 if action in ("run", "run-script") else 1 :]
    if name not in scripts:
        if call.text("package.json") is None or UNKNOWN in name or call.disk.unpredictable:
            call.runs_anything(f"What `{call.name} run {readable(name)}` runs is not known.")
        return
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in after)
    for text in (scripts.get("pre" + name), f"{scripts[name]} {quoted}", scripts.get("post" + name)):
        if text:
            call.shell.spend(20)
            call.run_shell(text)


def _initial(call: "Call", words: list[str]) -> None:
    if words:
        call.runs_anything(f"What `{call.name} init` runs is not known.")
    else:
        call.write("package.json")


def _run_package(call: "Call", words: list[str]) -> None:
    words = words[1:] if words[:1] == ["--"] else words
    if words:
        call.run(words)


def npx(call: "Call") -> None:
    """`npx`: runs a program, one of the project's or one that is fetched."""
    given = call.options(valued="pc", long="package call", stop=True)
    text = given.value("-c", "--call")
    if text is not None:
        call.run_shell(text)
    words = list(given.operands)
    if words:
        words[0] = words[0].partition("@")[0] if not words[0].startswith("@") else words[0]
    _run_package(call, words)


def _changes_lists(call: "Call") -> None:
    call.write("package.json")
    lock = _LOCKS.get(call.name, "package-lock.json")
    path = call.shell.real(lock)
    if path is not None and call.disk.exists(path):
        call.write(lock)


def _installs(call: "Call", action: str, names: list[str]) -> None:
    if action in ("ci", "rebuild", "publish", "link", "unlink", "explore"):
        call.write_tree("node_modules")
        if action != "ci":
            call.runs_anything(f"What `{call.name} {action}` runs is not known.")
        return
    if names or action not in ("install", "i", "in", "isntall"):
        call.write("package.json")
    call.write(_LOCKS.get(call.name, "package-lock.json"))
    call.write_tree("node_modules")


def pip(call: "Call") -> None:
    """`pip`."""
    words = call.arguments
    given = call.options(
        valued="rctdew" if "install" in words else "rcdwo",
        long="requirement constraint target dest wheel-dir prefix root index-url extra-index-url find-links "
        "python log report cache-dir",
    )
    for name in given.values("--log", "--report"):
        call.write(name)
    action = given.operands[0] if given.operands else ""
    if action in ("install", "download", "wheel"):
        folder = (
            given.value("-t", "--target", "--prefix", "--root")
            if action == "install"
            else given.value("-d", "--dest", "-w", "--wheel-dir") or "."
        )
        if folder:
            call.write_tree(folder)
        local = [name for name in (*given.operands[1:], *given.values("-e")) if name.startswith((".", "/"))]
        if local:
            call.runs_anything(f"What `{call.name} install` builds is not known.")
        elif not folder:
            call.disk.unpredictable = True
    call.prints()


def cargo(call: "Call") -> None:
    """`cargo`."""
    words = [word for word in call.arguments if not word.startswith("+")]
    given = call.options(
        valued="pFjZ",
        long="manifest-path target-dir features bin lib-name package example test name vcs edition target color",
    )
    names = [word for word in given.operands if not word.startswith("+")]
    action = names[0] if names else ""
    if action in ("new", "init"):
        target = names[1] if len(names) > 1 else "."
        call.make_directory(target, parents=True)
        call.write_tree(target)
    elif action in ("add", "remove", "rm"):
        call.write("Cargo.toml")
        call.write("Cargo.lock")
    elif action in ("update", "generate-lockfile"):
        call.write("Cargo.lock")
    elif action == "fmt" and not given.has("--check") and "--check" not in words:
        from mcp_server.bash.programs import formatters

        formatters.rewrite(call, ["."], "rs")
    elif action == "clean":
        call.remove(given.value("--target-dir") or "target")
    elif action in ("vendor",):
        call.write_tree(names[1] if len(names) > 1 else "vendor")
    elif action in (
        "build",
        "b",
        "check",
        "c",
        "test",
        "t",
        "run",
        "r",
        "bench",
        "clippy",
        "doc",
        "d",
        "fix",
        "rustc",
        "package",
        "publish",
        "nextest",
    ):
        call.write_tree(given.value("--target-dir") or "target")
        call.write("Cargo.lock")
        call.runs_anything(f"What `cargo {action}` builds and runs may write anything.")
    elif action not in (
        "",
        "tree",
        "metadata",
        "search",
        "version",
        "help",
        "locate-project",
        "pkgid",
        "info",
        "verify-project",
        "install",
        "uninstall",
        "login",
        "logout",
        "owner",
        "fetch",
        "audit",
        "deny",
        "outdated",
    ):
        call.runs_anything(f"What `cargo {readable(action)}` does is not known.")
    call.prints()


def project(reads: str, lists: str, *, runs: str = "run", trees: str = "") -> "Handler":
    """A package manager that keeps `lists` in the project, whose subcommands `reads` only look."""

    def handler(call: "Call") -> None:
        given = call.options(valued="CpPG", long="directory project python group extra with index-url config")
        words = list(given.operands)
        action = words[0] if words else ""
        if action in reads.split() or not action:
            call.prints()
        elif action in runs.split():
            at = call.arguments.index(action)
            rest = call.arguments[at + 1 :]
            while rest and rest[0].startswith("-") and rest[0] != "--":
                rest = rest[2 if rest[0] in ("--with", "--python", "-p", "--extra", "--group") else 1 :]
            _run_package(call, rest)
        else:
            for name in lists.split():
                call.write(name)
            for name in trees.split():
                call.write_tree(name)
            call.runs_anything(f"What `{call.name} {readable(action)}` does beside that is not known.")
        call.prints()

    return handler


def uv(call: "Call") -> None:
    """`uv`."""
    words = call.arguments
    if words[:1] == ["pip"]:
        call.arguments = words[1:]
        if words[1:2] == ["compile"]:
            for name in call.options(valued="oc", long="output-file constraint").values("-o", "--output-file"):
                call.write(name)
            call.prints()
        else:
            pip(call)
        return
    if words[:1] == ["venv"]:
        given = call.options(valued="p", long="python prompt")
        call.write_tree(given.operands[1] if len(given.operands) > 1 else ".venv")
        return
    _UV(call)


_UV = project("version help tree python self cache", "pyproject.toml uv.lock", runs="run tool", trees=".venv")


def system(reads: str) -> "Handler":
    """A package manager of the machine or a remote service: what it changes lies elsewhere, but for what it runs."""

    def handler(call: "Call") -> None:
        words = [word for word in call.arguments if not word.startswith("-")]
        if words[:1] and words[0] not in reads.split():
            call.disk.unpredictable = True
            call.mark_unknown(f"What `{call.name} {readable(words[0])}` writes is not known.")
        call.prints()

    return handler


def virtualenv(call: "Call") -> None:
    """`virtualenv` and `venv`."""
    for name in call.options(valued="p", long="python prompt").operands:
        call.write_tree(name)


_MACHINE = system(
    "list search show info policy status version help update upgrade install remove depends rdepends showpkg"
)
_REMOTE = system(
    "ps images logs inspect get describe version info help top stats port events search diff "
    "history config "
    "context cluster-info explain api-resources ls list status show network volume"
)
TABLE: "dict[str, Handler]" = {
    "npm": node_package,
    "pnpm": node_package,
    "yarn": node_package,
    "bun": node_package,
    "npx": npx,
    "bunx": npx,
    "pip": pip,
    "pip3": pip,
    "pipx": system("list environment help"),
    "uv": uv,
    "uvx": npx,
    "cargo": cargo,
    "poetry": project("show env version check config search about help list", "pyproject.toml poetry.lock"),
    "pdm": project("list show info config search", "pyproject.toml pdm.lock"),
    "pipenv": project("graph check verify", "Pipfile Pipfile.lock"),
    "bundle": project("list show info outdated check config platform", "Gemfile.lock", runs="exec"),
    "bundler": project("list show info outdated check config platform", "Gemfile.lock", runs="exec"),
    "composer": project(
        "show info outdated search validate licenses depends status why",
        "composer.json composer.lock",
        runs="exec",
        trees="vendor",
    ),
    "gem": system("list search info env environment help which contents outdated install uninstall update"),
    "virtualenv": virtualenv,
    "venv": virtualenv,
    "corepack": system("help"),
    **dict.fromkeys(
        "conda mamba rustup nvm fnm volta pyenv rbenv asdf mise brew apt apt-get apt-cache dpkg dnf yum apk pacman snap"
        " flatpak nix nix-env systemctl service launchctl".split(),
        _MACHINE,
    ),
    **dict.fromkeys(
        "docker podman docker-compose kubectl helm aws gcloud az heroku vercel netlify wrangler flyctl".split(), _REMOTE
    ),
}
