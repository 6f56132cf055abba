# SPDX-License-Identifier: GPL-2.0-or-later
"""A program on a terminal of a given size, by tmux: keys go in, the screen is read as text.

    with Screen([program("ifpps")], cols=80, rows=24) as s:
        s.wait("DEVICE")
        s.keys("q")
"""
import os
import re
import shlex
import subprocess

from lib.wait import wait_for


class Screen:
    """The terminal. 'netns' runs the program in that namespace; 'env' is added to its environment."""

    def __init__(self, argv, cols=80, rows=24, netns=None, env=None, cwd=None):
        self.socket = f"toolkit{os.getpid()}-{id(self)}"
        words = ["env", *(f"{k}={v}" for k, v in (env or {}).items()), *map(str, argv)]
        if netns:
            words = ["ip", "netns", "exec", netns, *words]
        # The exit status stays to be read when the program is gone.
        shell = shlex.join(words) + "; echo \"ended with $?\"; exec cat"
        base = dict(os.environ, LC_ALL="C.UTF-8")
        base.pop("TMUX", None)
        base.pop("NO_COLOR", None)
        subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", str(cols),
                        "-y", str(rows), shell], check=True, env=base, cwd=cwd)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True)

    def _tmux(self, *args):
        return subprocess.run(["tmux", "-L", self.socket, *args], check=True, capture_output=True,
                              text=True).stdout

    def text(self, *flags):
        """What the screen shows; with "-e" its escape sequences too."""
        return self._tmux("capture-pane", "-p", *flags)

    def lines(self):
        return self.text().splitlines()

    def keys(self, *keys):
        """Sends keys by tmux's names: "q", "Down", "Enter", "Escape"."""
        self._tmux("send-keys", *keys)

    def resize(self, cols, rows):
        self._tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def wait(self, pattern, timeout=20.0):
        """Waits until the screen shows what matches 'pattern'; the match."""
        regex = re.compile(pattern, re.M)
        try:
            return wait_for(lambda: regex.search(self.text()), f"'{pattern}' on the screen", timeout)
        except AssertionError as e:
            raise AssertionError(f"{e}\nthe screen shows:\n{self.text()}") from None

    def wait_gone(self, pattern, timeout=20.0):
        """Waits until nothing on the screen matches."""
        regex = re.compile(pattern, re.M)
        wait_for(lambda: not regex.search(self.text()), f"no '{pattern}' on the screen", timeout)
