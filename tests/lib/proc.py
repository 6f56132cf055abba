# SPDX-License-Identifier: GPL-2.0-or-later
"""A program running beside the test: its lines are collected as they come and can be waited for."""
import re
import subprocess
import threading
from signal import SIGINT

from lib import sanitizer
from lib.wait import wait_for


class Proc:
    """A started program. out and err are what it has printed so far (bytes; text by lines())."""

    def __init__(self, argv, stdin=None, stdout=None, env=None, cwd=None, before=None):
        """'stdin' may be bytes or a file; 'stdout' a file that takes its output instead of us."""
        feed = isinstance(stdin, bytes)
        self.argv = [str(a) for a in argv]
        self.out, self.err = bytearray(), bytearray()
        self.popen = subprocess.Popen(
            self.argv, env=env, cwd=cwd, preexec_fn=before, bufsize=0,
            stdin=subprocess.PIPE if feed else stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE)
        self.threads = [self._collect(self.popen.stderr, self.err)]
        if stdout is None:
            self.threads.append(self._collect(self.popen.stdout, self.out))
        if feed:
            self.threads.append(self._spawn(self._feed, stdin))

    def _spawn(self, fn, *args):
        t = threading.Thread(target=fn, args=args, daemon=True)
        t.start()
        return t

    def _collect(self, stream, into):
        def loop():
            while chunk := stream.read(65536):
                into.extend(chunk)
        return self._spawn(loop)

    def _feed(self, data):
        try:
            view = memoryview(data)
            while view:
                view = view[self.popen.stdin.write(view):]
            self.popen.stdin.close()
        except BrokenPipeError:
            pass

    @property
    def pid(self):
        return self.popen.pid

    @property
    def rc(self):
        """The exit status, None while it runs, -N after signal N."""
        return self.popen.poll()

    def text(self):
        """Everything printed so far on both streams."""
        return bytes(self.out).decode(errors="replace") + bytes(self.err).decode(errors="replace")

    def wait_line(self, pattern, timeout=20.0):
        """Waits until it has printed something that matches; the match."""
        regex = re.compile(pattern, re.M)

        def look():
            found = regex.search(self.text())
            if not found and self.rc is not None:
                self._join()
                found = regex.search(self.text())
                if not found:
                    raise AssertionError(f"{self.argv[0]} ended with {self.rc} before it printed "
                                         f"'{pattern}':\n{self.text()}")
            return found
        try:
            return wait_for(look, f"'{pattern}' from {self.argv[0]}", timeout)
        except AssertionError as e:
            raise AssertionError(f"{e}\nit printed:\n{self.text()}") from None

    def signal(self, sig=SIGINT):
        self.popen.send_signal(sig)

    def wait(self, timeout=30.0):
        """Waits for its end; the exit status. All output is there afterwards. A report of a
        sanitizer is a failure."""
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv} did not end in {timeout:g} s; "
                                 f"it printed:\n{self.text()}") from None
        self._join()
        sanitizer.check(self.argv, self.err)
        return self.popen.returncode

    def stop(self, sig=SIGINT, timeout=30.0):
        """Signals it and waits for its end; the exit status."""
        if self.rc is None:
            self.signal(sig)
        return self.wait(timeout)

    def kill(self):
        """Ends it whatever it does; for clean-up."""
        if self.rc is None:
            self.popen.kill()
        self.popen.wait()
        self._join()

    def _join(self):
        for t in self.threads:
            t.join(2)
