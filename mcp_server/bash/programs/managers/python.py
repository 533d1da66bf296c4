"""Package managers of Python that need code: what `pip install` builds, `pip-compile` names, and `uv run` runs."""

from mcp_server.bash.programs.managers import members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call
    from mcp_server.bash.state import Status


def pip_install(call: "Call") -> None:
    """`pip install`, `download` and `wheel`: write a directory, and build the projects that are named."""
    installs = call.subcommand.endswith("install")
    given = call.options(
        valued="rcte" if installs else "rcdwe",
        long="requirement constraint target dest wheel-dir prefix root index-url extra-index-url find-links python log "
        "report cache-dir",
    )
    if given.has("--dry-run", "--help", "-h"):
        call.prints()
        return
    for name in given.values("--log", "--report"):
        call.write(name)
    directory = given.value("-t", "--target", "--prefix", "--root", "-d", "--dest", "-w", "--wheel-dir")
    if directory or not installs:
        call.write_tree(directory or ".")
    if any(name.startswith((".", "/")) for name in (*given.operands, *given.values("-e"))):
        call.runs_anything(f"`{call.title}` builds packages, which may write anything.")
    elif not directory:
        call.disk.unpredictable = True
    call.prints()


def pip_compile(call: "Call") -> None:
    """`pip-compile`: the file that -o names, or the one named after its source."""
    given = call.options(valued="ocfPr", long="output-file constraint find-links index-url extra resolver")
    if given.has("--dry-run", "--help", "--version", "-n"):
        call.prints()
        return
    source = given.operands[0] if given.operands else "requirements.in"
    above, slash, base = source.rpartition("/")
    named = base.removesuffix(".in") + ".txt" if base.endswith(".in") else "requirements.txt"
    call.write(given.value("-o", "--output-file") or above + slash + named)


_UV_VALUED = (
    "package project directory python index-url extra group optional script rev tag branch requirements constraints"
    " marker config-file cache-dir index default-index"
)


def uv_add(call: "Call") -> None:
    """`uv add` and `remove`: the manifest of the member that is meant, or a script, and the lock file."""
    given = call.options(valued="prc", long=_UV_VALUED)
    if given.has("--dry-run", "-h", "--help"):
        call.prints()
        return
    script, package = given.value("--script"), given.value("--package")
    root, here = members.uv_root(call), members.nearest(call, "pyproject.toml")
    folder = here if package is None else members.of_uv(call, root or "").get(package)
    if script is not None:
        call.write(script)
    elif folder is None and package is not None:
        call.mark_unknown(f"Cannot tell which package `{call.title}` changes.")
    else:
        call.write(f"{folder or '.'}/pyproject.toml")
    if script is None and not given.has("--frozen"):
        call.write(f"{root or '.'}/uv.lock")
        call.may_write(f"{root or '.'}/.venv/")
    if given.has("--editable"):
        call.runs_anything()
    call.prints()


_RUN = (
    "with extra group env-file with-requirements with-editable package project directory python index from only-group"
)


def uv_run(call: "Call") -> "Status":
    """`uv run`: a program, a script of Python, or a module, with the environment brought up to date before."""
    given = call.options(valued="pmw", long=f"{_RUN} module", stop=True)
    if not given.has("--no-project", "--no-sync", "--isolated", "--script", "-s"):
        call.may_write(".venv/")
        if not given.has("--locked", "--frozen"):
            call.may_write("uv.lock")
    words = list(given.operands)
    module = given.value("-m", "--module")
    if module is not None:
        words = ["python", "-m", module, *words]
    elif words and (words[0].endswith(".py") or words[0] == "-" or given.has("--script", "-s")):
        words = ["python", *words]
    if words:
        return call.run(words)
    call.prints()
    return None


def hatch_run(call: "Call") -> "Status":
    """`hatch run`, `pdm run`, `rye run`: a program, or a script of the project that is not read."""
    words = call.options(stop=True, valued="peg", long="env-file project venv site-packages").operands
    if not words:
        call.prints()
        return None
    if ":" in words[0]:
        call.runs_anything()
        return None
    return call.run(words)
