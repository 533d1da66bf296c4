"""Where programs keep what they can fetch or build again: caches in the home directory, one line per program."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A program, the environment variables that name its caches, and further places in the home directory. `-` is for every
# program and is created if need be; `*` is for every program where it exists.
_TABLE = """
    -: XDG_CACHE_HOME .cache
    *: XDG_STATE_HOME .local/state Library/Caches
    npm: npm_config_cache NPM_CONFIG_CACHE .npm .node-gyp .cache/node
    npx: npm_config_cache NPM_CONFIG_CACHE .npm
    node: NODE_COMPILE_CACHE
    pnpm: PNPM_HOME .pnpm-store .local/share/pnpm .pnpm-state .pnpm
    yarn: YARN_CACHE_FOLDER YARN_GLOBAL_FOLDER .yarn .yarn-cache
    bun: BUN_INSTALL_CACHE_DIR .bun
    deno: DENO_DIR .deno
    corepack: COREPACK_HOME .node/corepack
    pip: PIP_CACHE_DIR .pip
    uv: UV_CACHE_DIR UV_PYTHON_INSTALL_DIR .local/share/uv
    poetry: POETRY_CACHE_DIR .local/share/pypoetry
    pipenv: WORKON_HOME .local/share/virtualenvs
    virtualenv: .local/share/virtualenv
    hatch: .local/share/hatch
    pdm: .local/share/pdm
    pre-commit: PRE_COMMIT_HOME
    conda: CONDA_PKGS_DIRS .conda/pkgs
    python: PYTHONPYCACHEPREFIX .ipython .matplotlib .keras nltk_data HF_HOME TORCH_HOME MPLCONFIGDIR
    cargo: CARGO_HOME CARGO_TARGET_DIR .cargo
    rustup: RUSTUP_HOME .rustup
    go: GOCACHE GOMODCACHE GOPATH/pkg go/pkg
    mvn: MAVEN_USER_HOME .m2
    gradle: GRADLE_USER_HOME .gradle .konan .android/cache .android/build-cache
    sbt: .sbt .ivy2 .coursier
    dotnet: NUGET_PACKAGES DOTNET_CLI_HOME .nuget .dotnet .local/share/NuGet
    bundle: BUNDLE_USER_CACHE .bundle/cache .gem .local/share/gem
    composer: COMPOSER_CACHE_DIR .composer/cache
    mix: MIX_HOME HEX_HOME .mix .hex
    stack: STACK_ROOT .stack
    cabal: .cabal
    opam: .opam/download-cache
    dart: PUB_CACHE .pub-cache
    swift: .swiftpm
    pod: .cocoapods
    ccache: CCACHE_DIR .ccache
    sccache: SCCACHE_DIR
    bazel: .bazel
    terraform: TF_PLUGIN_CACHE_DIR .terraform.d/plugin-cache
    helm: .helm
    electron: .electron
    cypress: CYPRESS_CACHE_FOLDER
    playwright: PLAYWRIGHT_BROWSERS_PATH
    zig: ZIG_GLOBAL_CACHE_DIR
"""
_ALWAYS = "-"
_OF = {"npx": "npm", "pip3": "pip", "python3": "pip", "pytest": "python", "uvx": "uv", "yarnpkg": "yarn"}


def caches(home: str, environment: Mapping[str, str]) -> list[str]:
    """Every place where a known program may keep its cache, existing or not."""
    return list(dict.fromkeys(place for line in _lines() for place in _places(line, home, environment)))


def wanted(programs: Sequence[str], home: str, environment: Mapping[str, str]) -> list[str]:
    """The places where these programs keep their caches, and the one that all share."""
    names = {_ALWAYS, *programs, *(_OF.get(program, program) for program in programs)}
    lines = [line for line in _lines() if line.partition(":")[0] in names]
    return list(dict.fromkeys(place for line in lines for place in _places(line, home, environment)))


def _lines() -> list[str]:
    return [line.strip() for line in _TABLE.strip().splitlines()]


def _places(line: str, home: str, environment: Mapping[str, str]) -> list[str]:
    found = []
    for word in line.partition(":")[2].split():
        name, _, below = word.partition("/")
        if name.isupper() or name.startswith("npm_"):
            # Such a variable may hold several places, separated as in PATH.
            named = [part for part in environment.get(name, "").split(os.pathsep) if os.path.isabs(part)]
            found += [os.path.join(part, below) if below else part for part in named]
        elif home:
            found.append(os.path.join(home, word))
    return found
