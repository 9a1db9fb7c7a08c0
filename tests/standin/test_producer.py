"""Values for a producer of tests, from the image references that a cluster was given."""

from __future__ import annotations

import pytest

from tests.support import producer

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("reference", "values"),
    [
        ("standin:dev-1", {"repository": "standin", "tag": "dev-1"}),
        ("registry:5000/a/standin:1", {"repository": "registry:5000/a/standin", "tag": "1"}),
        (
            f"registry:5000/standin@{DIGEST}",
            {"repository": "registry:5000/standin", "digest": DIGEST},
        ),
    ],
)
def test_a_reference_becomes_repository_and_tag_or_digest(
    reference: str, values: dict[str, str]
) -> None:
    assert producer.image(reference) == values


@pytest.mark.parametrize("reference", ["standin", "registry:5000/standin"])
def test_a_reference_without_tag_is_refused_by_name(reference: str) -> None:
    with pytest.raises(ValueError, match=reference):
        producer.image(reference)
