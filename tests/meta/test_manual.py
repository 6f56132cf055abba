# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages: every option is in --help and in the page, and the pages are clean."""
import json
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
    lints(page(name))


def lints(path):
    p = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], capture_output=True, text=True)
    assert (p.stdout, p.returncode) == ("", 0)
    p = subprocess.run(["groff", "-ww", "-mandoc", "-Tutf8", "-z", path],
                       capture_output=True, text=True)
    assert p.stderr == ""


def test_page_of_protocols_has_every_field(tmp_path):
    def proto(*args):
        return subprocess.run([program("netsniff"), "--proto", *args], check=True, text=True,
                              capture_output=True).stdout
    path = tmp_path / "netsniff-protocols.7"
    path.write_text(proto("mdoc"))
    lints(path)
    shown = subprocess.run(["mandoc", "-Tascii", path], capture_output=True, text=True, check=True)
    parts = re.split(r"^   (\S+)$", re.sub(".\b", "", shown.stdout), flags=re.M)
    tables = dict(zip(parts[1::2], parts[2::2]))
    for line in proto("list", "--json").splitlines():
        p = json.loads(line)
        for f in p["fields"] + [f for o in p["options"] for f in o["fields"]]:
            assert re.search(rf"^ +{f['name']} ", tables[p["proto"]], re.M), (p["proto"], f["name"])


@pytest.mark.parametrize("name", tree.programs())
def test_program_folder_is_complete(name):
    for f in ("main.c", "build.mk", f"{name}.8", "README.md"):
        assert (TOP / name / f).exists(), f
