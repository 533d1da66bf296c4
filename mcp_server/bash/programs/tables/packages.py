"""Package managers: the files that they keep in a project, and what they run."""

from mcp_server.bash.programs import packages
from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.state import Status

_UNKNOWN = Program(runs="*")
_NODE_READS = (
    "ls list ll la view info show outdated search whoami ping config get root prefix bin docs repo bugs help doctor"
    " explain why fund query licenses owner access team token profile star stars version-list help-search cache"
    " completion logout login adduser dist-tag"
)


def _node(lock: str, *, bare: "Handler" = READS, otherwise: "Handler" = packages.run_script_or_unknown) -> Program:
    """`npm` or a similar program, with its lock file; `bare` is what it does without a subcommand."""
    adds = Program("package.json!--no-save", possible=f"{lock}!--no-package-lock!--no-lockfile node_modules/")
    installs = Program(possible=f"{lock}!--no-package-lock!--no-lockfile!--frozen-lockfile node_modules/")
    return Program(
        valued="-w --workspace --filter -F --registry --loglevel --tag",
        directory="--prefix -C --dir --cwd",
        subcommands={
            "": bare,
            "run run-script test t start stop restart": packages.run_script,
            "exec x dlx": Program(wraps=0),
            "install i in isntall": Program(subcommands={"": installs}, otherwise=adds),
            "add remove uninstall rm un update up upgrade prune dedupe shrinkwrap set-script": adds,
            "ci": Program(possible="node_modules/"),
            "publish link unlink rebuild explore": Program(possible="node_modules/", runs="*"),
            "version": Program(subcommands={"": READS}, otherwise=Program("package.json", possible=lock)),
            "audit": Program(subcommands={"fix": adds}),
            "pkg": Program(subcommands={"get": READS}, otherwise=Program("package.json")),
            "init create": Program(subcommands={"": Program("package.json")}, otherwise=_UNKNOWN),
            _NODE_READS: READS,
        },
        otherwise=otherwise,
    )


def _project(reads: str, lists: str, *, possible: str, runs: str = "run") -> Program:
    """A package manager that keeps `lists` in the project, and runs programs of it with the subcommand `runs`."""
    return Program(
        valued="-C -p -P -G --directory --project --python --group --extra --with --index-url --config",
        subcommands={"": READS, reads: READS, runs: Program(wraps=0)},
        otherwise=Program(lists, possible=possible, runs="*"),
    )


def _elsewhere(reads: str) -> Program:
    """A package manager of the machine, or a remote service: these subcommands change nothing here."""
    return Program(subcommands={"": READS, reads: READS}, otherwise=_UNKNOWN)


_VENV = Program("@*/", valued="-p --python --prompt")
_PIP = Program(
    "--log --report",
    valued="--log --report --index-url --extra-index-url --find-links --python --cache-dir",
    subcommands={
        "install download wheel": packages.pip_install,
        "compile": Program("-o --output-file", valued="-c --constraint"),
    },
)
_UV_LOCK = "uv.lock!--locked!--frozen"
_UV = Program(
    valued="-p --python --directory --project --index-url --config-file",
    subcommands={
        "": READS,
        "pip": _PIP,
        "venv": Program("@1/|.venv/", valued="-p --python --prompt"),
        "run": Program(wraps=0, valued="--with --extra --group --env-file --with-requirements"),
        "tool": Program(
            subcommands={"run": Program(wraps=0, valued="--with --from"), "list dir": READS}, otherwise=_UNKNOWN
        ),
        "version help tree python self cache": READS,
    },
    otherwise=Program("pyproject.toml", possible=f"{_UV_LOCK} .venv/", runs="*"),
)
_CARGO_LOCK = "Cargo.lock!--locked!--frozen"
_CARGO_TARGET = "--target-dir/|target/"


def _plugin(call: "Call") -> None:
    """`cargo xtask` and the like: code of the project may run even to print its help."""
    call.runs_anything()
    call.prints()


_CARGO = Program(
    valued="-p -F -j -Z --manifest-path --features --bin --lib-name --package --example --test --name --vcs --edition"
    " --target --color --target-dir",
    subcommands={
        "new init": Program("@1/|./"),
        "add remove rm": Program("Cargo.toml", possible=_CARGO_LOCK),
        "update generate-lockfile": Program(_CARGO_LOCK),
        "fmt": Program(rewrites="rs", paths=".", unless="--check"),
        "clean": Program(removes="--target-dir|target"),
        "vendor": Program("@1/|vendor/"),
        "build b check c test t run r bench clippy doc d fix rustc package publish nextest": Program(
            possible=f"{_CARGO_LOCK} {_CARGO_TARGET}", runs="*"
        ),
        "tree metadata search version help locate-project pkgid info verify-project install uninstall login logout"
        " owner fetch audit deny outdated": READS,
        "": READS,
    },
    otherwise=_plugin,
)


def _cargo(call: "Call") -> "Status":
    """`cargo`, for any toolchain."""
    call.arguments = [word for word in call.arguments if not word.startswith("+")]
    return _CARGO(call)


_NPM = _node("package-lock.json", otherwise=_UNKNOWN)
_NPM_INIT = Program(
    valued="-w --workspace --prefix -C",
    subcommands={"init create": Program(subcommands={"": Program("package.json")}, otherwise=_UNKNOWN)},
)


def _npm(call: "Call") -> "Status":
    """`npm`; `init` creates its file in the current directory, whatever `--prefix` says."""
    return (_NPM_INIT if "init" in call.arguments[:3] else _NPM)(call)


PROGRAMS: "dict[str, Handler]" = {
    "npm": _npm,
    "pnpm": _node("pnpm-lock.yaml"),
    "yarn": _node("yarn.lock", bare=Program(possible="yarn.lock!--frozen-lockfile node_modules/")),
    "bun": _node("bun.lock"),
    "npx bunx uvx": packages.npx,
    "pip pip3": _PIP,
    "uv": _UV,
    "virtualenv venv": _VENV,
    "poetry": _project(
        "show env version check config search about help list", "pyproject.toml", possible="poetry.lock"
    ),
    "pdm": _project("list show info config search", "pyproject.toml", possible="pdm.lock"),
    "pipenv": _project("graph check verify", "Pipfile", possible="Pipfile.lock"),
    "bundle bundler": _project(
        "list show info outdated check config platform", "", possible="Gemfile.lock", runs="exec"
    ),
    "composer": _project(
        "show info outdated search validate licenses depends status why",
        "composer.json",
        possible="composer.lock vendor/",
        runs="exec",
    ),
    "cargo": _cargo,
    "gem": _elsewhere("list search info env environment help which contents outdated install uninstall update"),
    "pipx": _elsewhere("list environment help"),
    "corepack": _elsewhere("help"),
    "conda mamba rustup nvm fnm volta pyenv rbenv asdf mise brew apt apt-get apt-cache dpkg dnf yum apk pacman snap"
    " flatpak nix nix-env systemctl service launchctl": _elsewhere(
        "list search show info policy status version help update upgrade install remove depends rdepends showpkg"
    ),
    "docker podman docker-compose kubectl helm aws gcloud az heroku vercel netlify wrangler flyctl": _elsewhere(
        "ps images logs inspect get describe version info help top stats port events search diff history config"
        " context cluster-info explain api-resources ls list status show network volume"
    ),
}
