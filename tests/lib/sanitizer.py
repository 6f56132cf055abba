# SPDX-License-Identifier: GPL-2.0-or-later
"""What the sanitizers print fails a test, whatever exit status it waits for: theirs is 1 too."""
import re
import subprocess

from lib.where import BUILD

_SIGN = re.compile(r"\w+Sanitizer\b|\bruntime error: ")
_run = subprocess.run


def check(argv, printed):
    """Raises if 'printed' (str, bytes or None), of the program 'argv', holds a report."""
    text = printed.decode(errors="replace") if isinstance(printed, (bytes, bytearray)) else printed
    if text and _SIGN.search(text):
        raise AssertionError(f"a sanitizer reports on {argv}:\n{text}")


def in_use():
    """True if the programs under test are those of SAN=1."""
    return BUILD.name == "san"


def run(*args, **kw):
    """subprocess.run(), checked."""
    try:
        p = _run(*args, **kw)
    except subprocess.CalledProcessError as e:
        check(e.cmd, e.stderr)
        raise
    check(p.args, p.stderr)
    return p
