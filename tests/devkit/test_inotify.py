"""The kernel's limit of watches, before one cluster too many."""

import pytest

from devkit import inotify
from devkit.steps import StepError

DEBIANS = 128


def test_three_nodes_alone_are_never_refused() -> None:
    inotify.check(0, 3, limit=1)


@pytest.mark.parametrize(("running", "wanted"), [(3, 1), (2, 3), (1, 1)])
def test_what_fits_is_not_refused(running: int, wanted: int) -> None:
    inotify.check(running, wanted, limit=DEBIANS)


def test_one_too_many_is_refused_with_the_ways_out() -> None:
    with pytest.raises(StepError, match="`make down` first, or `sysctl") as refusal:
        inotify.check(5, 1, limit=DEBIANS)
    assert "1 kind nodes beside the 5" in str(refusal.value)


def test_the_kernels_own_limit_is_read() -> None:
    with pytest.raises(StepError):
        inotify.check(10**9, 1)
