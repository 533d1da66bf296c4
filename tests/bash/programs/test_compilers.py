"""Compilers that name their output after the source or the module."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("go generate ./...", ["cmd/hello/zz_generated.go"]),
        ("go build -o docs/h ./cmd/hello", ["docs/h"]),
        ("go build -tags x,y ./cmd/hello", ["hello"]),
        ("go get example.com/x", ["go.mod", "go.sum"]),
        ("go mod vendor", ["vendor/**"]),
        ("go mod download; go mod tidy -diff; go generate -n ./...; go build -buildvcs=false -n .", []),
        ("go mod graph", []),
        ("go vet ./...", []),
        ("go mod tidy", ["go.mod", "go.sum"]),
        ("rustc --out-dir docs src/native/hello.rs", ["docs/hello"]),
        ("rustc --crate-type lib src/native/hello.rs", ["libhello.rlib"]),
    ],
)
def test_the_output_is_named_after_the_source(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
