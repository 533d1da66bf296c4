"""Where tools keep what is theirs in the home directory: caches, locks, keys, installed versions; one line per tool."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A program, the environment variables that name its places, and places in the home directory. `-` is for every program
# and is created if need be; the places of `*` and of all others are every program's where they exist.
_TABLE = """
    -: XDG_CACHE_HOME .cache
    *: XDG_STATE_HOME .local/state Library/Caches Library/Logs .config/configstore .pki .wget-hsts .lesshst
    ansible: ANSIBLE_HOME .ansible
    android: ANDROID_USER_HOME .android
    asdf: ASDF_DATA_DIR .asdf .local/share/asdf
    aws: .aws/cli/cache .aws/sso/cache
    az: AZURE_CONFIG_DIR .azure
    bazel: .bazel .bazelisk
    brew: HOMEBREW_CACHE
    bun: BUN_INSTALL_CACHE_DIR BUN_INSTALL .bun
    bundle: BUNDLE_USER_CACHE BUNDLE_USER_HOME GEM_HOME .bundle .gem .local/share/gem
    cabal: CABAL_DIR .cabal .local/share/cabal
    cargo: CARGO_HOME CARGO_TARGET_DIR CARGO_INSTALL_ROOT .cargo
    ccache: CCACHE_DIR .ccache
    clojure: .clojure .lein
    composer: COMPOSER_HOME COMPOSER_CACHE_DIR .composer .config/composer .local/share/composer
    conan: CONAN_USER_HOME CONAN_HOME .conan .conan2
    conda: CONDA_PKGS_DIRS MAMBA_ROOT_PREFIX .conda .mamba micromamba miniconda3 miniforge3 anaconda3
    corepack: COREPACK_HOME .node/corepack
    coursier: COURSIER_CACHE .coursier .local/share/coursier
    cpanm: PERL_CPANM_HOME .cpan .cpanm .perl-cpm
    cypress: CYPRESS_CACHE_FOLDER .config/Cypress
    dart: PUB_CACHE .pub-cache .dart .dart-tool .dartServer .flutter .config/flutter
    deno: DENO_DIR DENO_INSTALL_ROOT .deno
    devbox: .local/share/devbox
    direnv: .local/share/direnv
    docker: DOCKER_CONFIG BUILDX_CONFIG .docker
    dotnet: NUGET_PACKAGES DOTNET_CLI_HOME .nuget .dotnet .local/share/NuGet .templateengine .aspnet .microsoft
    electron: electron_config_cache .electron .electron-gyp
    elm: ELM_HOME .elm
    emacs: .emacs.d/auto-save-list .emacs.d/eln-cache
    expo: .expo
    fastlane: .fastlane
    firebase: .config/firebase
    fnm: FNM_DIR .fnm .local/share/fnm
    gcloud: CLOUDSDK_CONFIG .config/gcloud
    gem: GEM_HOME .gem .local/share/gem
    gh: .local/share/gh
    ghcup: GHCUP_INSTALL_BASE_PREFIX .ghcup .ghc
    go: GOCACHE GOMODCACHE GOBIN GOPATH/pkg GOPATH/bin go/pkg go/bin .config/go/telemetry
    goenv: GOENV_ROOT .goenv
    gpg: GNUPGHOME .gnupg
    gradle: GRADLE_USER_HOME .gradle .konan .android/cache .android/build-cache .kotlin
    hatch: HATCH_DATA_DIR .local/share/hatch
    helm: HELM_CACHE_HOME HELM_DATA_HOME .helm .local/share/helm
    huggingface: HF_HOME TORCH_HOME TRANSFORMERS_CACHE
    idea: .java/.userPrefs .java/fonts .local/share/JetBrains .config/JetBrains
    jenv: JENV_ROOT .jenv
    julia: JULIA_DEPOT_PATH .julia
    jupyter: JUPYTER_DATA_DIR IPYTHONDIR .jupyter .ipython .local/share/jupyter
    kubectl: KUBECACHEDIR .kube/cache .kube/http-cache
    luarocks: .luarocks
    minikube: MINIKUBE_HOME .minikube
    mise: MISE_DATA_DIR MISE_STATE_DIR .local/share/mise .local/share/rtx
    mix: MIX_HOME HEX_HOME .mix .hex
    mvn: MAVEN_USER_HOME .m2
    nim: .nimble .choosenim
    nodenv: NODENV_ROOT .nodenv
    npm: npm_config_cache NPM_CONFIG_CACHE .npm .npm-global .node-gyp .cache/node
    npx: npm_config_cache NPM_CONFIG_CACHE .npm
    node: NODE_COMPILE_CACHE .node_repl_history
    nuget: NUGET_PACKAGES .nuget
    nvim: .local/share/nvim .viminfo .vim/swap .vim/undo
    nvm: NVM_DIR .nvm
    opam: OPAMROOT .opam
    pdm: .local/share/pdm
    pip: PIP_CACHE_DIR PYTHONUSERBASE .pip
    pipenv: WORKON_HOME .local/share/virtualenvs
    pipx: PIPX_HOME PIPX_BIN_DIR .local/pipx .local/share/pipx
    pixi: PIXI_HOME .pixi
    playwright: PLAYWRIGHT_BROWSERS_PATH
    pnpm: PNPM_HOME .pnpm-store .local/share/pnpm .pnpm-state .pnpm .config/pnpm
    podman: .local/share/containers
    poetry: POETRY_HOME POETRY_CACHE_DIR .local/share/pypoetry
    pod: CP_HOME_DIR .cocoapods
    pre-commit: PRE_COMMIT_HOME
    proto: PROTO_HOME .proto
    pulumi: PULUMI_HOME .pulumi
    puppeteer: PUPPETEER_CACHE_DIR
    pwsh: .local/share/powershell
    pyenv: PYENV_ROOT .pyenv
    python: PYTHONPYCACHEPREFIX MPLCONFIGDIR NLTK_DATA .python_history .matplotlib .config/matplotlib .keras nltk_data
    R: R_LIBS_USER R .Rhistory .local/share/renv
    rbenv: RBENV_ROOT .rbenv
    rebar3: REBAR_CACHE_DIR .config/rebar3
    rustup: RUSTUP_HOME .rustup
    rvm: .rvm
    sbt: .sbt .ivy2 .coursier
    sccache: SCCACHE_DIR
    sdk: SDKMAN_DIR .sdkman
    semgrep: .semgrep
    sonar: SONAR_USER_HOME .sonar
    spack: .spack
    ssh: .ssh/known_hosts
    stack: STACK_ROOT .stack
    streamlit: .streamlit
    swift: .swiftpm .swift
    terraform: TF_PLUGIN_CACHE_DIR .terraform.d .tfenv
    tex: TEXMFVAR .texlive .texmf-var
    uv: UV_CACHE_DIR UV_PYTHON_INSTALL_DIR UV_TOOL_DIR UV_TOOL_BIN_DIR .local/share/uv .local/bin
    v: .vmodules
    vagrant: VAGRANT_HOME .vagrant.d
    vcpkg: VCPKG_DEFAULT_BINARY_CACHE VCPKG_DOWNLOADS .vcpkg
    virtualenv: .local/share/virtualenv
    volta: VOLTA_HOME .volta
    wandb: .config/wandb
    yarn: YARN_CACHE_FOLDER YARN_GLOBAL_FOLDER .yarn .yarn-cache .config/yarn
    zig: ZIG_GLOBAL_CACHE_DIR
"""
_ALWAYS = "-"
_OF = {
    **{"npx": "npm", "pip3": "pip", "python3": "pip", "pytest": "python", "uvx": "uv", "yarnpkg": "yarn", "git": "gpg"},
    **{"bundler": "bundle", "flutter": "dart", "mamba": "conda", "micromamba": "conda", "tofu": "terraform"},
}
_MOVED = (("XDG_DATA_HOME", ".local/share/"), ("XDG_CONFIG_HOME", ".config/"), ("XDG_STATE_HOME", ".local/state/"))


def caches(home: str, environment: Mapping[str, str]) -> list[str]:
    """Every place where a known program may keep its cache, existing or not."""
    return list(dict.fromkeys(place for line in _lines() for place in _places(line, home, environment)))


def existing(home: str, environment: Mapping[str, str]) -> list[str]:
    """Those of them that exist. Few do, and one look into the home directory says of most that they don't."""
    try:
        there = frozenset(os.listdir(home)) if home else frozenset()
    except OSError:
        there = frozenset()
    words = (word for line in _lines() for word in line.partition(":")[2].split())
    # What the person has moved lies elsewhere.
    there |= {usual.partition("/")[0] for name, usual in _MOVED if name in environment}
    possible = [
        word for word in dict.fromkeys(words) if _is_variable(word) or word.partition("/")[0] in there or word[0] == "/"
    ]
    found = [place for word in possible for place in _named(word, home, environment)]
    return [place for place in dict.fromkeys(found) if os.path.lexists(place)]


def wanted(programs: Sequence[str], home: str, environment: Mapping[str, str]) -> list[str]:
    """The places where these programs keep their caches, and the one that all share."""
    names = {_ALWAYS, *programs, *(_OF.get(program, program) for program in programs)}
    lines = [line for line in _lines() if line.partition(":")[0] in names]
    return list(dict.fromkeys(place for line in lines for place in _places(line, home, environment)))


def _lines() -> list[str]:
    return [line.strip() for line in _TABLE.strip().splitlines()]


def _places(line: str, home: str, environment: Mapping[str, str]) -> list[str]:
    return [place for word in line.partition(":")[2].split() for place in _named(word, home, environment)]


def _named(word: str, home: str, environment: Mapping[str, str]) -> list[str]:
    if _is_variable(word):
        name, _, below = word.partition("/")
        # Such a variable may hold several places, separated as in PATH.
        named = [part for part in environment.get(name, "").split(os.pathsep) if os.path.isabs(part)]
        return [os.path.join(part, below) if below else part for part in named]
    return [os.path.join(home, word), *_moved(word, environment)] if home else []


def _is_variable(word: str) -> bool:
    name = word.partition("/")[0]
    return (len(name) > 1 and name.isupper()) or name.startswith(("npm_", "electron_"))


def _moved(word: str, environment: Mapping[str, str]) -> list[str]:
    """The same place where the person has moved the folder that it lies in."""
    return [
        os.path.join(environment[name], word.removeprefix(usual))
        for name, usual in _MOVED
        if word.startswith(usual) and os.path.isabs(environment.get(name, ""))
    ]
