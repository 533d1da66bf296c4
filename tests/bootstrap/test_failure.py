"""Are the words of pip, uv and the operating system understood?"""

from __future__ import annotations

import errno

import pytest

from mcp_server.bootstrap.failure import from_oserror, from_output, other

SAID = [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "no space"),
    ("  cause: failed to copy file from /a to /b: No space left on device (os error 28)", "no space"),
    ("OSError: [Errno 28] Auf dem Gerät ist kein Speicherplatz mehr verfügbar", "no space"),
    ("error: failed to create directory `/x`: Read-only file system (os error 30)", "not writable"),
    ("Error: [Errno 13] Permission denied: '/x'", "not writable"),
    ("  cause: invalid peer certificate: UnknownIssuer\nerror: Failed to fetch: https://a/b", "certificate"),
    ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] …'))", "certificate"),
    ("error: Failed to fetch: https://a/\n  cause: HTTP status client error (401 Unauthorized)", "access refused"),
    ("ERROR: HTTP error 403 while getting https://a/b\nERROR: 403 Client Error: Forbidden", "access refused"),
    ("WARNING: Retrying (…) after connection broken by 'ProxyError(…)'", "no network"),
    ("hint: Packages were unavailable because the network was disabled.", "no network"),
    ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "no network"),
    ("  cause: failed to lookup address information: Temporary failure in name resolution", "no network"),
    (
        "WARNING: pip is configured with locations that require TLS/SSL, however the ssl module in Python "
        "is not available.",
        "no ssl",
    ),
    ("ERROR: No matching distribution found for tiny==1.0", "no package"),
    ("  cause: Because tiny==1.0 has no usable wheels and you require tiny==1.0", "no package"),
    ("  cause: Hash mismatch for `tiny==1.0`", "wrong hash"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "wrong hash"),
    ("error: unexpected argument '--require-hashes' found", "other"),
    ("", "other"),
]


@pytest.mark.parametrize(("output", "what"), SAID)
def test_output_of_tools(output: str, what: str) -> None:
    failure = from_output(output, place="/data/env", python="/usr/bin/python3.11")
    assert failure.what == what
    assert failure.words
    assert failure.advice


def test_host_and_package_are_named_but_never_a_password() -> None:
    def words(output: str) -> str:
        return from_output(output, place="/p", python="/python").words

    assert " index.example " in words("error: Failed to fetch: https://me:secret@index.example/simple/tiny/")
    assert " pypi.example " in words("HTTPSConnectionPool(host='pypi.example', port=443): Read timed out.")
    assert "tiny==1.0" in words("ERROR: No matching distribution found for tiny==1.0")
    assert "secret" not in words("something odd about https://me:secret@index.example/")


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (errno.ENOSPC, "no space"),
        (errno.EDQUOT, "no space"),
        (errno.EROFS, "not writable"),
        (errno.EACCES, "not writable"),
        (errno.EIO, "other"),
    ],
)
def test_refusals_of_the_operating_system(number: int, what: str) -> None:
    failure = from_oserror(OSError(number, "as the system says it"), "/data")
    assert failure.what == what


def test_a_long_output_is_quoted_from_its_end_and_shortened() -> None:
    words = other("x" * 10_000 + "\nthe last word\n").words
    assert words.endswith("the last word")
    assert len(words) < 500
