"""What a process that works for another does first. For pools of processes started anew ("spawn")."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing.process import parent_process


def begin() -> None:
    """A worker starts: Ctrl-C is the parent's to hear, and a worker whose parent was killed ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
