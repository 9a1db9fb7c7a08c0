"""The image that ours is built on is named by its content."""

from __future__ import annotations

import re

from devkit import images


def test_it_is_pinned_by_its_digest() -> None:
    assert re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64}", images.published_base())
