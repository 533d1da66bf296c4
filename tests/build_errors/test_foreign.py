"""Which paths are a dependency's or the system's, wherever they lie."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.foreign import is_foreign, is_stored, is_system


@pytest.mark.parametrize(
    "path",
    [
        "../../.pub-cache/hosted/pub.dev/markdown-0.6.0/lib/src/builder.dart",
        "C:/Users/dev/AppData/Local/Pub/Cache/hosted/x/lib/a.dart",
        "../../go/pkg/mod/golang.org/x/net@v0.7.0/http2/transport.go",
        "/home/dev/.cargo/registry/src/index.crates.io-6f17d22bba15001f/ring-0.17.7/src/a.rs",
        "/home/dev/Arduino/libraries/Servo/Servo.cpp",
        "/srv/envs/acme/lib/python3.9/src/loader.py",
        "/opt/vcpkg/buildtrees/zlib/src/inflate.c",
        "C:/Program Files/Microsoft/a.h",
        ".spago/argonaut/v7.0.0/src/Main.purs",
        "Library/PackageCache/com.unity.x@1.2.3/Cart.cs",
    ],
)
def test_what_lies_in_a_store_or_has_a_version_in_its_path_is_foreign(path: str) -> None:
    assert is_foreign(path)


@pytest.mark.parametrize(
    "path", ["src/a.py", "api/v2/a.go", "app/libraries/a.php", "pkg/module/a.go", "src/app.module/a.ts", "acme-1.3/a.c"]
)
def test_what_anybody_may_call_a_folder_is_not(path: str) -> None:
    assert not is_foreign(path, "acme")


def test_inside_the_repository_only_stores_are_foreign() -> None:
    assert is_stored("web/node_modules/x/a.js")
    assert is_stored("Packages/com.acme@1.2.3/a.cs")
    assert not is_stored("docs/v1.2/a.md")


@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("/usr/include/stdio.h", True),
        ("/usr/src/app/a.js", False),
        ("/nix/store/abc-zlib-1.3/a.c", True),
        ("/nix/store/abc-source/a.c", False),
        ("/opt/ros/humble/a.hpp", True),
        ("/opt/atlassian/pipelines/agent/build/a.js", False),
    ],
)
def test_places_of_the_system_are_told_from_those_of_checkouts(path: str, system: bool) -> None:  # noqa: FBT001
    assert is_system(path) == system
