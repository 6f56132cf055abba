# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/skips.allowed: which tests may be skipped where the kernel lacks something.

One line a test:  TEST | FEATURE | WHY
TEST is the test's name as the runner prints it, a '*' at its end matching any rest; FEATURE is a
name in tests/lib/probe.py. The skip is allowed only on a machine where that probe finds the
feature missing.
"""
import os

from lib import probe


def load(path):
    """The lines of the file as (test, feature, why)."""
    rows = []
    if not path.exists():
        return rows
    for n, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [f.strip() for f in line.split("|")]
        if len(fields) != 3 or not all(fields):
            raise SystemExit(f"{path}:{n}: expected TEST | FEATURE | WHY")
        if fields[1] not in probe.PROBES:
            raise SystemExit(f"{path}:{n}: no probe named '{fields[1]}' in tests/lib/probe.py")
        rows.append(tuple(fields))
    return rows


def matches(pattern, name):
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def judge(results, path):
    """Turns each skip that is not allowed into a failure when CI=true."""
    rows = load(path)
    if os.environ.get("CI") != "true":
        return
    for r in results:
        if r.outcome != "skipped":
            continue
        row = next((x for x in rows if matches(x[0], r.name)), None)
        if row and not probe.have(row[1]):
            print(f"allowed: {r.name} is skipped, the kernel has no {row[1]}: {row[2]}")
            continue
        why = f"but {row[1]} is there" if row else "tests/skips.allowed does not name it"
        r.outcome = "failed"
        r.text = f"skipped ({r.text}), {why}"
        r.shown = False
        r.print_if_odd()
