"""Work beside other work: what waits for the network lets what compiles run, and the reverse."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from devkit import steps
from devkit.steps import StoppedError


class Lanes:
    """Pieces of work that were started, each in a thread of its own with its name on its lines."""

    def __init__(self) -> None:
        """Have none yet."""
        self._ends: list[threading.Event] = []
        self.failure: BaseException | None = None

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Start one. When it fails, everything beside it is stopped."""
        ended = threading.Event()
        self._ends.append(ended)  # first: an interrupt may break off `start`, not the thread
        try:
            threading.Thread(target=self._do, args=(name, work, ended), name=name).start()
        except RuntimeError:  # there can be no more threads
            ended.set()
            raise

    def join(self) -> None:
        """Wait until all have ended; each of them has deadlines of its own.

        Not by Thread.join: one that an interrupt breaks off takes a thread that runs for ended
        (Python 3.11, threading.Thread._wait_for_tstate_lock), and the next returns at once.
        """
        for ended in self._ends:
            ended.wait()

    def _do(self, name: str, work: Callable[[], object], ended: threading.Event) -> None:
        steps.name_lines(name)
        try:
            work()
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by `lanes`, in the main thread
            self.failure = self.failure or error
            steps.stopping.set()
        finally:
            ended.set()


@contextlib.contextmanager
def lanes() -> Iterator[Lanes]:
    """Give lanes to start work in; the block ends when all of it has.

    Raises:
        BaseException: the first failure, of the block or of a lane. What else ran was ended.

    """
    made = Lanes()
    try:
        try:
            yield made
            made.join()
        except BaseException:
            steps.stopping.set()
            made.join()
            raise
    except StoppedError:
        if made.failure is None:
            raise
    finally:
        steps.resume()
    if made.failure is not None:
        raise made.failure
