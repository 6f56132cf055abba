#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The OPTIONS section of a manual page, from the program's option table.

    tests/lib/man_options.py PROGRAM BINARY    puts it into PROGRAM/PROGRAM.8

The section stands between two comment lines of the page. test_cli.py compares it."""
import pathlib
import subprocess
import sys

BEGIN = '.\\" OPTIONS: made by tests/lib/man_options.py from the option table\n'
END = '.\\" OPTIONS: end\n'
ROOT = pathlib.Path(__file__).resolve().parents[2]


def page_of(program):
    return ROOT / program / f"{program}.8"


def generated(binary):
    return subprocess.run([binary, "--completion", "mdoc"], check=True, capture_output=True,
                          text=True).stdout


def split(text):
    """What stands before, between and behind the two lines."""
    before, rest = text.split(BEGIN)
    between, behind = rest.split(END)
    return before + BEGIN, between, END + behind


def main():
    program, binary = sys.argv[1:]
    page = page_of(program)
    before, _, behind = split(page.read_text())
    page.write_text(before + generated(binary) + behind)


if __name__ == "__main__":
    main()
