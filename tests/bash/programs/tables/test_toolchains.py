"""Toolchains of single languages, as the table has them."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("terraform fmt -check; terraform validate; terraform init; terraform -version", []),
        ("terraform plan -out=docs/plan", ["docs/plan"]),
        ("dart format -o none . ; dart pub get; flutter analyze", []),
        ("dart pub add x", ["pubspec.lock", "pubspec.yaml"]),
        ("mix format --check-formatted; mix help", []),
        ("swift package update", ["Package.resolved"]),
        ("prisma format --schema docs/s.prisma; prisma validate", ["docs/s.prisma"]),
        ("deno fmt src/auth/tokens.js; deno lint; deno check x.ts", ["src/auth/tokens.js"]),
        ("deno add npm:x", ["deno.json", "deno.lock"]),
        ("buf format -w; buf lint; buf build -o docs/b", ["docs/b"]),
        ("dotnet format --verify-no-changes; dotnet --info", []),
        ("zig fmt --check src; zig version", []),
        ("mvn --version; ./gradlew --help; gradle -v", []),
    ],
)
def test_what_is_the_point_of_a_command_is_certain(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("mvn -o -q test", []),
        ("gradle -o build -x test", []),
        ("./gradlew build", []),
        ("mvn -l docs/log verify", ["docs/log"]),
        ("mvn -pl src/native versions:set -DnewVersion=2", ["src/native/pom.xml"]),
        ("mvn -pl src/native spotless:apply", ["src/native/Hello.java"]),
        ("gradle :src:native:spotlessApply", ["src/native/Hello.java"]),
        ("gradle build --write-locks", ["gradle.lockfile"]),
        ("gradle build --write-locks --dry-run", []),
        ("dotnet build -o docs/out", ["docs/out", "docs/out/**"]),
        ("deno run x.ts; flutter build web; mix test", []),
    ],
)
def test_a_build_may_write_more_than_what_is_certain(reads: Reads, command: str, paths: list[str]) -> None:
    reading = reads(command)
    assert (reads.paths(reading), reading.unknown) == (paths, True)
