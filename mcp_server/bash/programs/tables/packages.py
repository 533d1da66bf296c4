"""Package managers: the files that they keep in a project, and what they run.

What an install or a build touches is possible; what adding, removing and updating are for is certain.
"""

from mcp_server.bash.programs.managers import cargo, node, python
from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.state import Status

_UNKNOWN = Program(runs="*")
_NODE_READS = (
    "ls list ll la view info show v outdated search whoami ping config c get set root prefix bin docs repo bugs help"
    " doctor explain why fund query licenses owner access team token profile star stars version-list help-search"
    " cache completion logout login adduser dist-tag sbom find-dupes store env list-versions npm plugin why"
)
_RUN = "run run-script test t tst start stop restart"


def _node(name: str, *, bare: "Handler" = READS) -> Program:
    """`npm` or a similar program; `bare` is what it does without a subcommand."""
    return Program(
        valued="-w --workspace --filter -F --registry --loglevel --tag" if name == "npm" else "--filter -F --registry",
        directory="--prefix -C --dir --cwd",
        subcommands={
            "": bare,
            _RUN: node.run_script,
            "exec x dlx": Program(wraps=0, valued="-p --package -w --workspace"),
            "install i in isntall add": node.install,
            "remove uninstall un rm r update upgrade up udpate prune dedupe ddp": node.change,
            "ci clean-install ic install-clean": node.clean_install,
            "audit": Program(subcommands={"fix": node.change}),
            "version": Program(subcommands={"": READS}, otherwise=node.manifest_only),
            "pkg": Program(subcommands={"get": READS}, otherwise=node.manifest_only),
            "set-script": node.manifest_only,
            "shrinkwrap": Program("npm-shrinkwrap.json", possible="package-lock.json"),
            "import": Program({"pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock"}.get(name, "")),
            "pack": node.pack,
            "patch-commit patch": Program(possible="patches/ package.json pnpm-lock.yaml", runs="*"),
            "publish link unlink rebuild rb explore global fetch unplug": Program(possible="node_modules/", runs="*"),
            "init create": node.create,
            "workspace workspaces": node.in_members,
            _NODE_READS: READS,
        },
        otherwise=_UNKNOWN if name == "npm" else node.run_script_or_unknown,
    )


_NPM = _node("npm")
_YARN = _node("yarn", bare=node.install)
_PNPM = _node("pnpm")
_BUN = Program(
    directory="--cwd",
    subcommands={
        "": READS,
        "run start": node.run_script,
        "test repl": Program(runs="*"),
        "install i add a ci": node.install,
        "remove rm update": node.change,
        "x": Program(wraps=0),
        "build": Program("--outfile --outdir/", runs="--compile"),
        "init": node.create,
        "pm outdated why upgrade link unlink publish": READS,
    },
    otherwise=node.run_script_or_unknown,
)


def _project(  # noqa: PLR0913  one value per part
    adds: str,
    *,
    lock: str,
    frozen: str = "",
    manifest: str = "pyproject.toml",
    reads: str = "",
    further: "dict[str, Handler] | None" = None,
) -> Program:
    """A package manager with a manifest and a lock file; with the options in `frozen` an install leaves the latter."""
    unless = "".join(f"!{name}" for name in frozen.split())
    valued = "-C -p -P -G -f -o -d --directory --project --python --group --extra --with --without --only --index-url"
    return Program(
        helps="-h",
        valued=f"{valued} --config --output --format --source --lock",
        directory="-C --directory -P --project" if manifest == "pyproject.toml" else "",
        subcommands={
            **(further or {}),
            "": READS,
            "install sync": Program(possible=f"^{manifest}>{lock}{unless} ^{manifest}>.venv/", runs="*", valued=valued),
            adds: Program(
                f"^{manifest} ^{manifest}>{lock}!--no-lock!--frozen",
                possible=".venv/",
                runs="--editable -e",
                valued=valued,
            ),
            "update upgrade relock": Program(f"^{manifest}>{lock}!--dry-run", possible=".venv/", valued=valued),
            "lock": Program(f"^{manifest}>{lock}!--check!--dry-run", valued=valued),
            "init": Program(f"{manifest}"),
            "run exec": python.hatch_run,
            "build": Program("--output/|-o/|-d/|--dest/", possible="dist/", runs="*", valued="-f --format"),
            "version": Program(subcommands={"": READS}, otherwise=Program(f"^{manifest}", unless="-s --short")),
            "export": Program("-o --output", valued="-f --format"),
            f"help {reads}": READS,
        },
        otherwise=Program(possible=lock, runs="*"),
    )


def _elsewhere(reads: str) -> Program:
    """A package manager of the machine, or a remote service: these subcommands change nothing here."""
    return Program(subcommands={"": READS, reads: READS}, otherwise=_UNKNOWN)


_VENV = Program("@*/", valued="-p --python --prompt")
_PIP = Program(
    "--log --report",
    valued="--log --report --index-url --extra-index-url --find-links --python --cache-dir -p --directory --project",
    subcommands={
        "install download wheel": python.pip_install,
        "compile": Program("-o --output-file", valued="-c --constraint"),
    },
)
_UV_VALUED = "-p --python --directory --project --index-url --config-file --package --extra --group --with"
_UV_LOCK = "^uv.lock!--locked!--frozen!--no-project"
_UV = Program(
    helps="-h",
    valued=_UV_VALUED,
    directory="--directory --project",
    subcommands={
        "": READS,
        "pip": _PIP,
        "venv": Program("@1/|.venv/", valued="-p --python --prompt"),
        "run": python.uv_run,
        "tool": Program(
            subcommands={"run": Program(wraps=0, valued="--with --from"), "list dir": READS}, otherwise=READS
        ),
        "add remove": python.uv_add,
        "lock": Program(
            "--script+.lock|^pyproject.toml>uv.lock!--check!--locked!--dry-run", valued=f"{_UV_VALUED} --script"
        ),
        "sync": Program(possible=f"{_UV_LOCK} .venv/", runs="*", valued=_UV_VALUED),
        "export": Program("-o --output-file", possible=_UV_LOCK, valued=f"{_UV_VALUED} --format"),
        "tree": Program(possible=_UV_LOCK, valued=f"{_UV_VALUED} --depth"),
        "build": Program("-o/ --out-dir/", possible="dist/!-o!--out-dir", runs="*", valued=_UV_VALUED),
        "version": Program(
            subcommands={"": Program("^pyproject.toml?--bump", possible="^uv.lock", valued="--bump")},
            otherwise=Program("^pyproject.toml ^pyproject.toml>uv.lock!--frozen", valued="--bump"),
        ),
        "init": Program(
            "@1/|pyproject.toml",
            possible="README.md .python-version main.py .gitignore src/",
            valued="--name --build-backend",
        ),
        "python": Program(subcommands={"pin": Program(".python-version", modes={"--global": READS})}),
        "format": Program(rewrites="py pyi", paths="@*|.", unless="--check --diff"),
        "help self cache auth publish": READS,
    },
    otherwise=Program(runs="*"),
)
_POETRY = _project(
    "add remove",
    lock="poetry.lock",
    reads="show check search about list env cache source self publish shell",
    further={"new": Program("@1/", valued="--name"), "config": Program("poetry.toml?--local")},
)
_PDM = _project(
    "add remove",
    lock="pdm.lock",
    frozen="--frozen-lockfile --no-lock --check",
    reads="list show info search cache config self venv use completion publish outdated",
    further={"new": Program("@1/")},
)
_PIPENV = Program(
    helps="-h",
    valued="--python",
    subcommands={
        "": READS,
        "install": Program(
            subcommands={"": Program(possible="Pipfile Pipfile.lock!--deploy!--ignore-pipfile!--skip-lock")},
            otherwise=Program("^Pipfile ^Pipfile>Pipfile.lock!--skip-lock"),
            valued="-r -e --requirements --index --categories",
        ),
        "uninstall": Program("^Pipfile ^Pipfile>Pipfile.lock!--skip-lock"),
        "lock update upgrade": Program("^Pipfile>Pipfile.lock"),
        "run": Program(wraps=0),
        "sync clean graph check verify requirements scripts open": READS,
    },
    otherwise=_UNKNOWN,
)
_BUNDLE = Program(
    helps="-h",
    valued="--gemfile --path --jobs -j --retry --without --with --group",
    subcommands={
        "": Program(possible="^Gemfile>Gemfile.lock!--frozen!--deployment vendor/ .bundle/"),
        "install i package cache": Program(possible="^Gemfile>Gemfile.lock!--frozen!--deployment vendor/ .bundle/"),
        "update": Program("^Gemfile>Gemfile.lock"),
        "lock": Program("--lockfile|^Gemfile>Gemfile.lock", unless="--print --local-check"),
        "add remove": Program(
            "^Gemfile ^Gemfile>Gemfile.lock", possible=".bundle/", valued="-v --version --source --git"
        ),
        "init": Program("--gemfile|Gemfile"),
        "exec e": Program(wraps=0),
        "config": Program(possible=".bundle/config"),
        "binstubs": Program("--path/|bin/"),
        "gem": Program("@1/"),
        "list show info outdated check platform doctor licenses fund why open viz clean": READS,
        "pristine env help version": READS,
    },
    otherwise=_UNKNOWN,
)
_COMPOSER = Program(
    helps="-h",
    valued="-d --working-dir",
    directory="-d --working-dir",
    subcommands={
        "": READS,
        "install i": Program(possible="composer.lock vendor/", runs="*"),
        "require req r remove rm": Program("composer.json composer.lock!--no-update", possible="vendor/"),
        "update u upgrade": Program("composer.lock", possible="vendor/"),
        "bump init normalize": Program("composer.json", possible="composer.lock"),
        "config": Program("composer.json?--unset", modes={"-g --global -l --list": READS}, possible="composer.json"),
        "dump-autoload dumpautoload reinstall": Program(possible="vendor/"),
        "exec": Program(wraps=0),
        "create-project": Program("@2/"),
        "archive": Program("--file --dir/", possible="./"),
        "show info outdated search validate licenses depends status why prohibits why-not suggests fund audit about"
        " diagnose browse home check-platform-reqs list help global self-update selfupdate clear-cache": READS,
    },
    otherwise=_UNKNOWN,
)
_HATCH = Program(
    subcommands={
        "": READS,
        "build": Program("@1/", possible="dist/", runs="*", valued="-t --target"),
        "run": python.hatch_run,
        "fmt": Program(rewrites="py pyi", paths="@*|.", unless="--check"),
        "version": Program(subcommands={"": READS}, otherwise=Program(possible="pyproject.toml", runs="*")),
        "new": Program("@2/|@1/"),
        "env dep config status project self cache python": READS,
    },
    otherwise=_UNKNOWN,
)


def _npm(call: "Call") -> "Status":
    """`npm`; `init` creates its file in the current directory, whatever `--prefix` says, all else in that folder."""
    if any(word.partition("=")[0] == "--prefix" for word in call.arguments):
        call.inherited = call.inherited | {"--prefix"}
    return (_NPM_INIT if "init" in call.arguments[:3] else _NPM)(call)


_NPM_INIT = Program(valued="-w --workspace --prefix -C", subcommands={"init create": node.create})

PROGRAMS: "dict[str, Handler]" = {
    "npm": _npm,
    "pnpm": _PNPM,
    "yarn": _YARN,
    "bun": _BUN,
    "npx bunx pnpx": node.npx,
    "uvx pipx-run": node.npx,
    "pip pip3": _PIP,
    "pip-compile": python.pip_compile,
    "pip-sync twine pipdeptree": READS,
    "pyproject-build": Program("-o/|--outdir/", possible="dist/ build/", runs="*", valued="-C --config-setting"),
    "uv": _UV,
    "virtualenv venv": _VENV,
    "poetry": _POETRY,
    "pdm": _PDM,
    "pipenv": _PIPENV,
    "hatch": _HATCH,
    "rye": _project("add remove", lock="requirements.lock", reads="show list config self toolchain tools fetch"),
    "bundle bundler": _BUNDLE,
    "composer": _COMPOSER,
    "cargo": cargo.cargo,
    "gem": Program(
        subcommands={
            "": READS,
            "list search info env environment help which contents outdated install uninstall update": READS,
            "build": Program("-o --output", possible="./"),
            "unpack": Program("--target/|./"),
        },
        otherwise=_UNKNOWN,
    ),
    "pipx": Program(
        subcommands={
            "run": Program(wraps=0, valued="--spec --python"),
            "": READS,
            "list environment help install upgrade": READS,
        },
        otherwise=_UNKNOWN,
    ),
    "corepack": Program(
        subcommands={"": READS, "help enable disable prepare install": READS, "use up": Program("package.json")}
    ),
    "conda mamba rustup nvm fnm volta pyenv rbenv asdf mise brew apt apt-get apt-cache dpkg dnf yum apk pacman snap"
    " flatpak nix nix-env systemctl service launchctl": _elsewhere(
        "list search show info policy status version help update upgrade install remove depends rdepends showpkg"
    ),
    "docker podman docker-compose kubectl helm aws gcloud az heroku vercel netlify wrangler flyctl": _elsewhere(
        "ps images logs inspect get describe version info help top stats port events search diff history config"
        " context cluster-info explain api-resources ls list status show network volume"
    ),
}
