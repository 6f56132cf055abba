# SPDX-License-Identifier: GPL-2.0-or-later
"""The source tree as the meta-tests see it."""
import functools
import re
import subprocess

from lib.where import BUILD, TOP

LAYERS = ("base", "proto", "cbpf", "sys", "pkt", "ui")


@functools.cache
def files():
    """Every file of the project, as paths relative to the top (a clone or an unpacked archive)."""
    p = subprocess.run(["git", "-C", TOP, "ls-files", "-co", "--exclude-standard"],
                       capture_output=True, text=True)
    names = p.stdout.split("\n") if p.returncode == 0 else \
        [str(f.relative_to(TOP)) for f in TOP.rglob("*")]
    return sorted(TOP / n for n in names if n and (TOP / n).is_file()
                  and not n.startswith(("build/", ".git/")) and "__pycache__" not in n)


def rel(path):
    return str(path.relative_to(TOP))


def c_files(*suffixes):
    """All C sources and headers, or those with the given suffixes."""
    return [f for f in files() if f.suffix in (suffixes or (".c", ".h"))]


def common(suffix):
    """(layer, file) of each file of the library."""
    return [(layer, f) for layer in LAYERS for f in files()
            if f.parent == TOP / "common" / layer and f.suffix == suffix]


@functools.cache
def programs():
    return [f.parent.name for f in files() if f.name == "build.mk" and f.parent.parent == TOP
            and f.parent.name not in ("common", "tests")]


def lists(variable):
    """What the build.mk files put into VARIABLE-folder: {folder: [words]}."""
    out = {}
    for f in files():
        if f.name == "build.mk":
            text = f.read_text().replace("\\\n", " ")
            for folder, words in re.findall(rf"^{variable}-(\S+)\s*[:+]?=(.*)$", text, re.M):
                out.setdefault(folder, []).extend(words.split("#")[0].split())
    return out


def code_of(path):
    """A C file without its comments and the contents of its strings; lines stay where they are."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group()) if m.group()[0] == "/" else '""'
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", blank,
                  path.read_text(), flags=re.S)


def compile_flags():
    """The -I and -D flags of the build under test."""
    flags = (BUILD / "flags").read_text().split()
    return [f.replace("'", "") for f in flags if f.startswith(("-I", "-D"))]
