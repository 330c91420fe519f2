"""Reading ahead: the next batches of a file are read and split while the last one is cast and written."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

T = TypeVar("T")
_END = object()


def ahead(items: Iterator[T], depth: int = 2) -> Generator[T]:
    """This function will give the same items, read by a thread of their own that is at most `depth` items ahead.

    Whatever reading raises is raised here, in its place. Closed early, the thread ends with its next item.
    """
    waiting: queue.Queue[object] = queue.Queue(depth)
    over = threading.Event()

    def put(item: object) -> bool:
        while not over.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for item in items:
                if not put(item):
                    return
            put(_END)
        except BaseException as error:
            put(_Raised(error))
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    thread = threading.Thread(target=read, name="lake-read-ahead", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        over.set()
        thread.join()


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error
