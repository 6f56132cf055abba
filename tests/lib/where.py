# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things are: the source tree, the build under test, its programs."""
import os
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", TOP / "build")).resolve()
BIN = BUILD / "bin"


def program(name):
    """The path of program 'name' of the build under test (build/san/bin under SAN=1)."""
    path = BIN / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built; run make first")
    return str(path)
