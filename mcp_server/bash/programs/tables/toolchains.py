"""The toolchains of single languages: one program that builds, tests, formats and manages packages."""

from mcp_server.bash.programs.managers import jvm
from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Handler

HERE = "@*|."
_RUNS = Program(runs="*")
_DOTNET = "-c -f -r -v -p -s --configuration --framework --runtime --verbosity --project --source --filter --logger"

PROGRAMS: "dict[str, Handler]" = {
    "mvn mvnw mvnd": jvm.maven,
    "gradle gradlew": jvm.gradle,
    "dotnet": Program(
        subcommands={
            "": READS,
            "build run test publish restore clean pack watch msbuild vstest store": Program(
                "-o/ --output/", possible="bin/ obj/", runs="*", valued=f"{_DOTNET} --results-directory"
            ),
            "format": Program(
                subcommands={
                    "whitespace style analyzers": Program(
                        rewrites="cs vb fs", paths="--include|.", unless="--verify-no-changes", valued=_DOTNET
                    )
                },
                otherwise=Program(rewrites="cs vb fs", paths="--include|@*/..|.", unless="--verify-no-changes"),
                rewrites="cs vb fs",
                paths="--include|.",
                unless="--verify-no-changes",
                valued=f"{_DOTNET} --severity --exclude",
            ),
            "add remove": Program(unknown=True),
            "new": Program("-o/ --output/", runs="*", modes={"list search -l --list": READS}),
            "list nuget help sdk workload dev-certs user-secrets --info --list-sdks": READS,
        },
        otherwise=_RUNS,
    ),
    "csharpier": Program(
        subcommands={"check": READS, "format": Program(rewrites="cs", paths=HERE)},
        rewrites="cs",
        paths="@*",
        unless="--check",
    ),
    "fantomas": Program(rewrites="fs fsx", paths=HERE, unless="--check"),
    "swift": Program(
        valued="-c --configuration --package-path --product --target --filter",
        directory="--package-path",
        subcommands={
            "": READS,
            "build test run": Program(possible=".build/ Package.resolved", runs="*"),
            "package": Program(
                subcommands={
                    "update": Program("Package.resolved", possible=".build/"),
                    "resolve": Program(possible="Package.resolved .build/"),
                    "clean reset": Program(possible=".build/"),
                    "init": Program("Package.swift", possible="Sources/ Tests/ .gitignore"),
                    "describe dump-package show-dependencies tools-version": READS,
                },
                otherwise=_RUNS,
            ),
            "format": Program(rewrites="swift", only="-i --in-place"),
        },
        otherwise=_RUNS,
    ),
    "swift-format": Program(
        subcommands={"format": Program(rewrites="swift", only="-i --in-place"), "lint": READS},
        rewrites="swift",
        only="-i --in-place",
    ),
    "dart flutter": Program(
        subcommands={
            "": READS,
            "format": Program(
                rewrites="dart",
                paths=HERE,
                unless="--output=none --output=show -onone -oshow",
                valued="-o -l --output --line-length",
                modes={"-o --output": READS},
            ),
            "fix": Program(rewrites="dart", paths=HERE, only="--apply"),
            "pub packages": Program(
                subcommands={
                    "get": Program(possible="^pubspec.yaml>pubspec.lock .dart_tool/"),
                    "add remove": Program("^pubspec.yaml ^pubspec.yaml>pubspec.lock", possible=".dart_tool/"),
                    "upgrade downgrade": Program("^pubspec.yaml>pubspec.lock", possible=".dart_tool/"),
                    "deps outdated global cache token login logout publish": READS,
                    "run": _RUNS,
                },
                otherwise=READS,
            ),
            "analyze doctor devices config channel precache logs help info": READS,
            "compile": Program("-o --output", runs="*"),
            "create": Program("@1/"),
            "gen-l10n": Program("--output-dir/", runs="*"),
        },
        otherwise=Program(possible="build/ .dart_tool/", runs="*"),
    ),
    "mix": Program(
        subcommands={
            "format": Program(rewrites="ex exs", paths=HERE, unless="--check-formatted --dry-run --check"),
            "deps.get": Program(possible="mix.lock!--check-locked deps/ _build/", runs="*"),
            "deps.update deps.unlock": Program("mix.lock", possible="deps/", runs="*"),
            "new phx.new": Program("@1/"),
            "help deps deps.tree hex.info hex.outdated": READS,
        },
        otherwise=Program(possible="_build/ mix.lock", runs="*", prints="-v"),
    ),
    "zig": Program(
        subcommands={
            "fmt": Program(rewrites="zig zon", unless="--check --stdin"),
            "version env targets help zen": READS,
        },
        otherwise=Program("-femit-bin", possible="zig-out/ zig-cache/ .zig-cache/", runs="*", whole=True),
    ),
    "gleam": Program(
        subcommands={
            "format": Program(rewrites="gleam", paths=HERE, unless="--check --stdin"),
            "add remove": Program("gleam.toml manifest.toml"),
            "update": Program("manifest.toml"),
            "new": Program("@1/"),
        },
        otherwise=Program(possible="build/ manifest.toml", runs="*"),
    ),
    "crystal": Program(
        subcommands={
            "tool": Program(
                subcommands={"format": Program(rewrites="cr", paths=HERE, unless="--check")}, otherwise=READS
            ),
            "env version help docs": READS,
        },
        otherwise=Program("-o", runs="*"),
    ),
    "deno": Program(
        subcommands={
            "": READS,
            "fmt": Program(
                rewrites="js jsx mjs cjs ts tsx mts cts json jsonc md css scss html yaml yml",
                paths=HERE,
                unless="--check -",
                valued="--ext --config --ignore --line-width --indent-width",
            ),
            "lint": Program(rewrites="js jsx ts tsx mjs", paths=HERE, only="--fix"),
            "add remove": Program("^deno.json ^deno.json>deno.lock!--no-lock"),
            "check info doc types lsp completions upgrade clean outdated": Program(possible="deno.lock!--no-lock"),
            "install i cache": Program(possible="deno.lock!--no-lock!--frozen node_modules/ vendor/"),
            "compile": Program("-o --output", possible="deno.lock", runs="--bundle", valued="--target"),
            "init": Program("@1/|deno.json", possible="main.ts main_test.ts"),
        },
        otherwise=Program("--coverage/", possible="deno.lock!--no-lock", runs="*"),
    ),
    "dune": Program(
        subcommands={
            "fmt": Program(rewrites="ml mli", paths=HERE, unless="--preview"),
            "promote promotion": Program(unknown=True),
            "describe rules external-lib-deps ocaml-merlin help": READS,
        },
        otherwise=Program(possible="_build/", runs="*"),
    ),
    "cabal stack": Program(
        subcommands={
            "": READS,
            "freeze": Program("cabal.project.freeze"),
            "init": Program(unknown=True),
            "list info path ls update user-config hoogle list-bin outdated": READS,
        },
        otherwise=Program(
            "-o --output", possible="dist-newstyle/ .stack-work/ stack.yaml.lock", runs="*", prints="--numeric-version"
        ),
    ),
    "elm": Program(
        subcommands={"make": Program("--output|index.html", possible="elm-stuff/"), "init": Program("elm.json")}
    ),
    "meson": Program(
        subcommands={"setup": Program("@1/", runs="*", valued="-D --buildtype --prefix"), "introspect": READS},
        otherwise=_RUNS,
    ),
    "terraform tofu": Program(
        whole=True,
        directory="-chdir",
        subcommands={
            "": READS,
            "fmt": Program(rewrites="tf tfvars hcl", paths=HERE, unless="-check -write=false -diff -", whole=True),
            "init get": Program(possible=".terraform/ .terraform.lock.hcl!-lockfile=readonly"),
            "plan": Program("-out -generate-config-out", possible=".terraform/ .terraform.lock.hcl", whole=True),
            "providers": Program(
                subcommands={"lock": Program(".terraform.lock.hcl"), "mirror": Program("@1/")}, otherwise=READS
            ),
            "show validate output version graph console login logout metadata test force-unlock": READS,
        },
        otherwise=Program(possible="terraform.tfstate terraform.tfstate.backup .terraform/", runs="*"),
    ),
    "terragrunt": Program(
        subcommands={"hclfmt": Program(rewrites="hcl", paths=".", unless="--terragrunt-check --check --diff")},
        otherwise=_RUNS,
    ),
    "packer": Program(
        subcommands={"fmt": Program(rewrites="pkr.hcl pkrvars.hcl", unless="-check -write=false")}, otherwise=_RUNS
    ),
    "bazel bazelisk": Program(
        subcommands={
            "": READS,
            "query cquery aquery info version help license dump": Program(possible="MODULE.bazel.lock"),
        },
        otherwise=Program(possible="MODULE.bazel.lock bazel-bin bazel-out bazel-testlogs", runs="*"),
    ),
    "prisma": Program(
        subcommands={
            "format": Program("--schema|prisma/schema.prisma"),
            "init": Program("prisma/schema.prisma", possible=".env .gitignore"),
            "validate version -v": READS,
            "db": Program(subcommands={"pull": Program("--schema|prisma/schema.prisma")}, otherwise=_RUNS),
        },
        valued="--schema",
        otherwise=_RUNS,
    ),
    "buf": Program(
        subcommands={
            "": READS,
            "format": Program("-o --output", rewrites="proto", paths=HERE, only="-w --write"),
            "lint breaking ls-files curl registry": READS,
            "build": Program("-o --output"),
            "generate": Program("-o/ --output/", runs="*"),
            "dep mod": Program("buf.lock"),
        },
        otherwise=_RUNS,
    ),
}
