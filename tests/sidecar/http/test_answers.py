"""What is answered, apart from any connection."""

from __future__ import annotations

import json

from forge_manager.base.reasons import Reason
from forge_manager.http.answers import _NODE_SOCKET, error, node_ready


def test_an_error_says_what_is_wrong_as_json() -> None:
    answer = error(405, "GET only", allow="GET")
    assert json.loads(answer.body) == {"status": "error", "message": "GET only"}
    assert (answer.status, answer.allow) == (405, "GET")


def test_each_state_of_the_socket_has_words_of_its_own() -> None:
    words = {reason: json.loads(node_ready(reason).body)["message"] for reason in _NODE_SOCKET}
    assert len(set(words.values())) == len(words)
    assert "DISABLE_SOCKET_CHECK" in words[Reason.SOCKET_CHECK_DISABLED]
