"""Is a path, as an output prints it, one of a dependency or of the system? Its folders tell, wherever they lie."""

from __future__ import annotations

STORES = frozenset(
    (
        "node_modules site-packages dist-packages .venv venv virtualenvs .tox .nox .git .cargo .rustup rustc rustlib "
        "bower_components jspm_packages Pods .gradle .m2 .ivy2 .konan vendor .next _build .stack-work .stack .cabal "
        ".yarn .pnpm .pnpm-store _npx .npm .nvm .volta .pub-cache .fvm libdeps .platformio .arduino15 buildtrees "
        "vcpkg_installed _bazel_root .conan .conan2 .hex .mix .asdf .rbenv .rvm .gem .opam .elm elm-stuff .spago "
        ".psc-package .julia packrat .nimble .luarocks .terraform .nuget .dotnet .dub _deps Carthage "
        "SourcePackages .pyenv .rye .pixi miniconda3 anaconda3 hostedtoolcache linuxbrew Cellar "
        "Xcode.app emsdk .espressif .sbt .coursier .cpm .deno .bun .swiftpm .ghcup .elan .kiex quicklisp "
        ".cache managed_components PackageCache bazel-out"
    ).split()
) | {"Program Files", "Program Files (x86)", "Windows Kits"}
"""Folders that hold what was downloaded or generated. A path through one of them is not a file that somebody edits."""
_PAIRS = {
    "cache": ("pub",),
    "mod": ("pkg",),
    "libraries": ("arduino",),
    "bundle": ("vendor",),
    "gems": ("gems",),
    "packages": ("nuget", "flutter"),
    "debug": ("obj",),
    "release": ("obj",),
    "library": ("renv",),
    "src": ("registry",),
    "checkouts": (".build", "git"),
    "julia": ("share", "lib"),
    "perl5": ("share", "lib"),
    "perl": ("share", "lib"),
    "php": ("share", "lib"),
    "ruby": ("lib",),
    "node": ("lib",),
    "erlang": ("lib",),
    "elixir": ("lib",),
    "ocaml": ("lib",),
}
"""Folders that are such a store in one of these folders; under other ones the name may be anybody's."""
SYSTEM = tuple(
    (
        "/usr/lib /usr/include/ /usr/share/ /usr/bin/ /usr/libexec/ /usr/local/lib /usr/local/include/ "
        "/usr/local/share/ /usr/local/go/ /usr/local/cuda /usr/local/bin/ /usr/local/opt/ /usr/local/Homebrew/ "
        "/opt/ /lib/ /lib64/ /snap/ /proc/ /sys/ /dev/ /etc/ /Library/ /System/ /Applications/ /bin/ /rustc/"
    ).split()
)
_CHECKOUTS = ("/opt/atlassian/pipelines/agent/build/", "/opt/buildhome/", "/opt/build/repo/", "/opt/render/project/")
"""Where services that build from a checkout put it although the place belongs to the system."""
_NO_DIGITS = "".join(chr(code) for code in range(33, 127) if not chr(code).isdigit())
_LANGUAGES = ("python", "ruby", "perl", "php", "lua", "ghc", "gcc", "clang", "go", "jdk", "node", "julia", "tcl", "R")


def is_stored(name: str) -> bool:
    """Whether a path lies in a store of dependencies, or in a folder `package@1.2.3`, even inside the repository."""
    parts = name.split("/")
    return any(part in STORES for part in parts) or any("@" in part and _is_versioned(part, "") for part in parts[:-1])


def is_foreign(name: str, ours: str = "") -> bool:
    """Whether a path, with `/`, lies in a store of dependencies or in one version of a package that is not `ours`."""
    parts = name.split("/")
    outer = ""
    for part in parts[:-1]:
        if part in STORES or _is_versioned(part, ours):
            return True
        low = part.lower()
        if outer in _PAIRS.get(low, ()):
            return True
        outer = low
    return parts[-1] in STORES


def is_dependency(name: str, ours: str) -> bool:
    """Whether a name with a version, such as `zlib-1.3`, is that of another package than `ours`."""
    return _is_versioned(name, ours)


def is_system(path: str, ours: str = "") -> bool:
    """Whether an absolute path belongs to the system rather than to a checkout, such as one of `ours` in `/etc`."""
    if ours and path.startswith(("/etc/", "/opt/")) and f"/{ours}/" in path:
        return False
    if path.startswith("/nix/store/"):
        return not path.split("/")[3].endswith("source")
    return path.startswith(SYSTEM) and not path.startswith(_CHECKOUTS)


def _is_versioned(part: str, ours: str) -> bool:
    """`zlib-1.3`, `net@v0.7.0`, `python3.11`, `v7.0.0`, but not `v2`, nor `acme-1.3` in the repository `acme`."""
    if "." not in part:
        return False
    number = part.lstrip(_NO_DIGITS) if part.isascii() else part
    at = len(part) - len(number)
    first, dot, rest = number.partition(".")
    if not dot or not first.isdigit() or not rest[:1].isdigit():
        return False
    name = part[:at].removesuffix("v")
    if not name:
        return part[:1] == "v" or rest.count(".") > 0
    return name[:-1] != ours if name[-1] in "-@_=" else name in _LANGUAGES
