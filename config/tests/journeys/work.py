"""What the server of the tests is at."""

from threading import Condition

from django.core.signals import request_finished, request_started


class Work:
    """Counts the requests that are being answered."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.under_way = 0
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def wait_for_its_end(self) -> None:
        """Return once nothing is being answered any more."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.under_way == 0, timeout=15)

    def _begin(self, **kwargs: object) -> None:
        with self.changed:
            self.under_way += 1

    def _end(self, **kwargs: object) -> None:
        with self.changed:
            self.under_way -= 1
            self.changed.notify_all()
