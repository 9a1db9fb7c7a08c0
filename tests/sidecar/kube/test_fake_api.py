"""The fake API server itself: a client that goes in the middle of a request asked for nothing."""

from __future__ import annotations

import io

from tests.sidecar.kube.fake_api import read_request

WHOLE = b'PATCH /apis/x?watch=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"a":"b"}'


def test_a_request_is_read_whole_or_not_at_all() -> None:
    read = [read_request(io.BytesIO(WHOLE[:length])) for length in range(len(WHOLE) + 1)]
    assert read[:-1] == [None] * len(WHOLE)
    assert (whole := read[-1]) is not None
    assert (whole.method, whole.path, whole.query) == ("PATCH", "/apis/x", {"watch": "1"})
    assert whole.body == {"a": "b"}
