# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for a state to be there, never for a time to pass."""
import time


def wait_for(condition, what, timeout=20.0):
    """Polls 'condition' until it is true and returns what it returned.
    'what' says in the failure what was waited for."""
    end = time.monotonic() + timeout
    pause = 0.001
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:g} s for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
