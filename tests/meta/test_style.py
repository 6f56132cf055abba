# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits of the source that a machine can keep: layers, sizes, heads, words."""
import re

from lib.where import TOP
from meta import tree

MAX_FILE, MAX_FUNCTION = 800, 60


def none(bad):
    """Fails with the list when it is not empty."""
    assert not bad, "\n" + "\n".join(bad)


def lines_of(path):
    return path.read_text(errors="replace").splitlines()


def test_an_include_spells_its_layer_and_looks_down():
    bad = []
    for suffix in (".c", ".h"):
        for layer, f in tree.common(suffix):
            for n, line in enumerate(lines_of(f), 1):
                m = re.match(r'#include "([^"]+)"', line)
                if not m:
                    continue
                target = m.group(1).split("/")[0]
                if "/" not in m.group(1) or target not in tree.LAYERS:
                    bad.append(f"{tree.rel(f)}:{n}: an include spells its layer: {m.group(1)}")
                elif tree.LAYERS.index(target) > tree.LAYERS.index(layer):
                    bad.append(f"{tree.rel(f)}:{n}: {layer} looks up to {m.group(1)}")
    none(bad)


def test_programs_use_common_and_never_each_other():
    bad = []
    for f in tree.c_files():
        program = tree.rel(f).split("/")[0]
        if program not in tree.programs():
            continue
        for n, line in enumerate(lines_of(f), 1):
            m = re.match(r'#include "([^"]+)"', line)
            if m and not (f.parent / m.group(1)).exists() and \
                    not (TOP / "common" / m.group(1)).exists() or m and ".." in m.group(1):
                bad.append(f"{tree.rel(f)}:{n}: {m.group(1)}")
    none(bad)


def test_own_header_comes_first():
    bad = []
    for layer, f in tree.common(".c"):
        first = re.search(r"^#include (.*)$", f.read_text(), re.M)
        if f.with_suffix(".h").exists() and first and first.group(1) != f'"{layer}/{f.stem}.h"':
            bad.append(f"{tree.rel(f)}: begins with {first.group(1)}")
    none(bad)


def test_files_are_short():
    none([f"{tree.rel(f)}: {n} lines" for f in tree.files()
          if f.suffix in (".c", ".h", ".py", ".mk", ".sh") or f.name == "Makefile"
          for n in [len(lines_of(f))] if n > MAX_FILE])


def test_functions_fit_a_screen():
    bad = []
    for f in tree.c_files():
        start = None
        for n, line in enumerate(lines_of(f), 1):
            if line == "{":
                start = n
            elif line == "}" and start:
                if n - start + 1 > MAX_FUNCTION:
                    bad.append(f"{tree.rel(f)}:{start}: a function of {n - start + 1} lines")
                start = None
    none(bad)


def test_lines_end_at_column_100():
    bad = []
    for f in tree.c_files():
        for n, line in enumerate(lines_of(f), 1):
            # A sentence for the user is not broken: it is searched for as a whole.
            if len(line.expandtabs(8)) > 100 and '"' not in line:
                bad.append(f"{tree.rel(f)}:{n}: {len(line.expandtabs(8))} columns")
    none(bad)


def test_files_open_with_licence_and_purpose():
    bad = []
    for f in tree.c_files():
        lines = lines_of(f)
        if not lines or lines[0] != "// SPDX-License-Identifier: GPL-2.0-or-later":
            bad.append(f"{tree.rel(f)}: no licence line")
        elif len(lines) < 2 or not lines[1].startswith("/* "):
            bad.append(f"{tree.rel(f)}: no head comment that says what it is for")
    for f in tree.files():
        script = f.name != "build.mk" and f.suffix in (".py", ".mk", ".sh") or \
            f.read_bytes()[:2] == b"#!"
        if script and "SPDX-License-Identifier: GPL-2.0-or-later" not in f.read_text()[:200]:
            bad.append(f"{tree.rel(f)}: no licence line")
    none(bad)


def test_the_library_neither_exits_nor_prints():
    calls = re.compile(r"(?<![\w>.])(exit|abort|printf|vprintf|fprintf|vfprintf|dprintf|puts|fputs|"
                       r"putchar|perror|errx?|warnx?)\s*\(")
    bad = []
    for layer, f in tree.common(".c"):
        if layer == "ui" or f.name == "log.c":
            continue
        for n, line in enumerate(tree.code_of(f).splitlines(), 1):
            m = calls.search(line)
            if m:
                bad.append(f"{tree.rel(f)}:{n}: {m.group(1)}()")
    none(bad)


def test_memory_orders_are_spelled_in_one_place():
    none([f"{tree.rel(f)}: {m.group()}" for f in tree.c_files() if f.name != "atomic.h"
          if "tests" not in f.parts
          for m in re.finditer(r"__atomic_\w+|__sync_\w+|\bvolatile\b", tree.code_of(f))])


def test_the_lower_layers_make_no_system_call():
    heads = re.compile(r"#include <(sys/(?!types|param)\w+|unistd|fcntl|poll|netdb|pthread)\.h>")
    none([f"{tree.rel(f)}: {m.group()}" for suffix in (".c", ".h")
          for layer, f in tree.common(suffix)
          if layer in ("base", "proto", "cbpf") and f.name != "log.c"
          for m in heads.finditer(f.read_text())])


def test_nothing_promises_later_work_or_names_a_machine():
    words = re.compile("|".join((
        r"\bTO" r"DO\b", r"\bFIX" r"ME\b", r"(?<!\")\bX" r"XX\b", r"not (yet )?imple" r"mented",
        r"/wo" r"rk/", r"/tmp/" r"(brief|hub|w/)", r"DESI" r"GN\.md", r"STY" r"LE\.md",
        r"\.libr" r"ary/")))
    bad = []
    for f in tree.files():
        if f.suffix in (".pcap", ".pcapng", ".gz", ".zst") or "corpus" in f.parts:
            continue
        for n, line in enumerate(lines_of(f), 1):
            m = words.search(line)
            if m:
                bad.append(f"{tree.rel(f)}:{n}: {m.group()}")
    none(bad)


def test_tests_wait_for_states_and_not_for_times():
    bad = []
    for f in tree.files():
        if f.suffix == ".py" and f.name.startswith("test_"):
            for n, line in enumerate(lines_of(f), 1):
                if "time.sl" "eep(" in line:
                    bad.append(f"{tree.rel(f)}:{n}")
    none(bad)


def test_every_unit_has_a_test():
    """tests/unit/NAME_test.c, or a unit test that includes the header, or a network test whose
    head names the module."""
    tests = "".join(f.read_text() for f in tree.files()
                    if re.match(r"tests/(unit/.*\.c|(netns|diff|meta)/test_.*\.py)$", tree.rel(f)))
    bad = []
    for layer, f in tree.common(".c"):
        named = f"{layer}/{f.stem}.h" in tests or (TOP / f"tests/unit/{f.stem}_test.c").exists()
        private = not f.with_suffix(".h").exists()
        if not named and not private:
            bad.append(f"{tree.rel(f)}: no test mentions {layer}/{f.stem}.h")
    none(bad)
