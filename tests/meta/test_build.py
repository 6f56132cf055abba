# SPDX-License-Identifier: GPL-2.0-or-later
"""The build keeps its promises: headers stand alone, objects hold no state, make is idempotent,
packages are listed once and used."""
import os
import re
import subprocess

import pytest

from lib.where import BUILD, TOP
from meta import tree

# base/log is the one module that knows what main() told it.
STATE_ALLOWED = {"base/log.o": {"log_program", "log_level", "log_syslog"}}


def make(*args, **kw):
    """make as the user called it (same CC, O, SAN), with other targets; as BUILD tells where the
    tests were not started by make."""
    flags = os.environ.get("MAKEFLAGS")
    variant = {"san": "SAN=1", "cov": "COV=1", "fuzz": "FUZZ=1"}.get(BUILD.name)
    if flags is None:
        given = [f"O={BUILD.parent}", variant] if variant else [f"O={BUILD}"]
    else:
        given = [w for w in flags.partition(" -- ")[2].split() if not w.startswith("T=")]
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "T")}
    return subprocess.run(["make", *given, *args], cwd=TOP, env=env, capture_output=True,
                          text=True, **kw)


@pytest.mark.slow_ok(600)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_every_header_compiles_alone(compiler):
    # Lists that are included once a meaning of their macro are data, not headers.
    headers = [str(h) for h in tree.c_files(".h")
               if "tests" not in h.parts and "#ifndef" in h.read_text()]
    p = subprocess.run([compiler, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                        "-Wno-unused-function", "-Wno-unused-const-variable",
                        *tree.compile_flags(), "-x", "c", *headers],
                       capture_output=True, text=True, cwd=TOP)
    assert p.returncode == 0, p.stderr


def test_no_state_outside_main():
    """Nothing in .data or .bss; tables of constants with pointers live in .data.rel.ro."""
    bad = []
    objects = [BUILD / "obj" / (tree.rel(f)[:-2] + ".o") for f in tree.c_files(".c")
               if tree.rel(f).split("/")[0] in ("common", *tree.programs())
               and f.name != "main.c"]
    for o in objects:
        if not o.exists():
            continue
        text = subprocess.run(["nm", "-f", "sysv", "--defined-only", o], check=True,
                              capture_output=True, text=True).stdout
        for line in text.splitlines():
            f = [x.strip() for x in line.split("|")]
            if len(f) < 7 or not re.match(r"\.(data(?!\.rel\.ro)|bss|tdata|tbss)|\*COM\*", f[6]):
                continue
            name = f[0].split(".")[0]
            if re.match(r"\.|__odr_asan|__gcov|__asan|__llvm|_?_sanit|\*\.", f[0]) or not name:
                continue
            if name not in STATE_ALLOWED.get("/".join(o.parts[-2:]), ()):
                bad.append(f"{o.relative_to(BUILD)}: {f[0]} in {f[6]}")
    assert not bad, "\n" + "\n".join(bad)


def test_making_twice_does_nothing():
    p = make("-q", "all", "unit-bin", "fuzz-bin")
    assert p.returncode == 0, "make has work left to do:\n" + make("-n", "all", "unit-bin").stdout


def test_help_names_every_target_and_variable():
    text = make("help").stdout
    for word in ("all", "deps", "demo", "check", "fuzz", "bench", "install", "uninstall", "help",
                 "clean", "SAN=1", "TSAN=1", "COV=1", "FUZZ=1", "V=1", "PREFIX", "DESTDIR", "FUZZ_SECONDS"):
        assert word in text, word


def test_makefile_is_quiet_on_a_bare_machine(tmp_path):
    """Without pkg-config, compiler and packages the Makefile still parses without a word."""
    for tool in ("sh", "bash", "make", "nproc", "mkdir", "cat", "find", "awk", "echo"):
        path = subprocess.run(["sh", "-c", f"command -v {tool}"], capture_output=True,
                              text=True).stdout.strip()
        (tmp_path / tool).symlink_to(path if path.startswith("/") else f"/bin/{tool}")
    p = subprocess.run(["make", "-C", TOP, f"O={tmp_path}/build", "help"], capture_output=True,
                       text=True, env={"PATH": str(tmp_path)})
    assert (p.returncode, p.stderr) == (0, "")


def test_install_and_uninstall(tmp_path):
    p = make("install", f"DESTDIR={tmp_path}", "PREFIX=/usr", f"PROGRAMS={' '.join(tree.programs())}")
    assert p.returncode == 0, p.stdout + p.stderr
    there = {str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*") if f.is_file()}
    for name in tree.programs():
        assert there >= {f"usr/sbin/{name}", f"usr/share/man/man8/{name}.8",
                         "usr/share/man/man7/netsniff-protocols.7",
                         "usr/share/man/man7/toolkit-filter.7",
                         f"usr/share/bash-completion/completions/{name}",
                         f"usr/share/zsh/site-functions/_{name}"}
        units = [u.name for u in (TOP / name / "systemd").glob("*.service")]
        assert there >= {f"usr/lib/systemd/system/{u}" for u in units}
        for u in units:
            text = (tmp_path / "usr/lib/systemd/system" / u).read_text()
            assert f"ExecStart=/usr/sbin/{name} " in text
        subprocess.run(["bash", "-n", tmp_path / f"usr/share/bash-completion/completions/{name}"],
                       check=True)
    assert make("uninstall", f"DESTDIR={tmp_path}", "PREFIX=/usr").returncode == 0
    assert not [f for f in tmp_path.rglob("*") if f.is_file()]


def packages():
    """Rows of .ci/packages: (kind, package, what build.mk calls it or None)."""
    rows = []
    for line in (TOP / ".ci/packages").read_text().splitlines():
        if line and not line.startswith("#"):
            rows.append((line.split() + [None])[:3])
    return rows


def test_packages_are_those_that_the_build_uses():
    used = {w.removeprefix("-l") for v in ("PKG", "LIB", "EXTRA") for words in tree.lists(v).values()
            for w in words}
    listed = {r[2] for r in packages() if r[2]}
    assert used - listed == set(), "used in a build.mk, not in .ci/packages"
    assert listed - used == set(), "in .ci/packages, used by no build.mk"


def test_install_file_names_the_build_packages():
    text = (TOP / "INSTALL").read_text()
    for kind, package, _ in packages():
        if kind == "build":
            assert package in text, package


def test_sources_are_listed():
    """Every C file of a layer or program stands in its build.mk."""
    listed = tree.lists("SRC")
    bad = []
    for f in tree.c_files(".c"):
        folder = tree.rel(f.parent)
        if (folder.startswith("common/") or folder in tree.programs()) and \
                f.name not in listed.get(folder, ()):
            bad.append(tree.rel(f))
    assert not bad, bad
