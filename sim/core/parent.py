"""Processes that end with the one that started them."""

import functools
import os
import threading
import time


@functools.cache
def end_with_it() -> None:
    """Have this process end when the one that started it has, however that ended: nobody waits for what it would still
    do."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="county-parent", daemon=True).start()
