# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages: every option is in --help and in the page, and the pages are clean."""
import re
import subprocess

import pytest

from lib.where import TOP, program
from meta import tree


def page(name):
    return TOP / name / f"{name}.8"


def plain(name):
    """The page as a reader sees it, without overstriking."""
    text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=100", page(name)], capture_output=True,
                          text=True, check=True).stdout
    return re.sub(".\b", "", text)


@pytest.mark.parametrize("name", tree.programs())
def test_every_option_is_in_help_and_manual(name):
    text = plain(name)
    shown = subprocess.run([program(name), "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and not shown.stderr
    options = set(re.findall(r"(?<![\w-])(--[a-z][a-z0-9-]+)", shown.stdout))
    options |= set(re.findall(r"^ +(-[A-Za-z0-9])\b", shown.stdout, re.M))
    assert options
    missing = sorted(o for o in options if not re.search(rf"(?<![\w-]){o}(?![\w-])", text))
    assert not missing, f"not in {name}.8: {missing}"


@pytest.mark.parametrize("name", tree.programs())
def test_manual_page_lints(name):
    p = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page(name)], capture_output=True, text=True)
    assert (p.stdout, p.returncode) == ("", 0)
    p = subprocess.run(["groff", "-ww", "-mandoc", "-Tutf8", "-z", page(name)],
                       capture_output=True, text=True)
    assert p.stderr == ""


@pytest.mark.parametrize("name", tree.programs())
def test_program_folder_is_complete(name):
    for f in ("main.c", "build.mk", f"{name}.8", "README.md"):
        assert (TOP / name / f).exists(), f
