# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the pytest part of the suite: side by side first, then those marked 'alone'. A few that
fail are run once more with the machine to themselves: a busy machine is no fault of the program,
a fault that shows again is. What passed only then is shown, with its failure, and named at the end."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from lib import report

MOST_REPEATED = 4  # more failures than this are no accident


def run_pytest(paths, top, build, extra):
    """One pytest run; its results and exit status."""
    with tempfile.TemporaryDirectory(prefix="toolkit-tests-") as tmp:
        results_file = pathlib.Path(tmp) / "results.json"
        env = dict(os.environ, BUILD=str(build), TEST_RESULTS=str(results_file),
                   PYTHONDONTWRITEBYTECODE="1")
        argv = [sys.executable, "-m", "pytest", "-q", "--no-header", "--no-summary",
                "-c", str(top / "tests" / "pytest.ini"), "--rootdir", str(top),
                *extra, *paths]
        rc = subprocess.run(argv, cwd=top, env=env).returncode
        rows = json.loads(results_file.read_text()) if results_file.exists() else []
    results = [report.Result(*row) for row in rows]
    if rc not in (0, 1, 5) or (rc == 1 and not any(r.outcome == "failed" for r in results)):
        results.append(report.Result("pytest", "failed", f"pytest ended with status {rc}",
                                     "tests/run " + " ".join(paths)))
    return results


def run(paths, top, build, jobs):
    """Runs the tests at 'paths' (files, folders or ids); all their results."""
    results = []
    shell = bool(os.environ.get("SHELL_HERE"))
    together = ["-n", "0"] if shell or jobs == 1 else ["-n", str(jobs), "--dist", "loadgroup"]
    if shell:
        together.append("-s")
    for title, extra in (("tests side by side", together + ["-m", "not alone"]),
                         ("tests that need the machine to themselves", ["-n", "0", "-m", "alone"])):
        start = time.monotonic()
        got = run_pytest(paths, top, build, extra)
        for r in got:
            r.print_if_odd()
        if got:
            report.section(title, got, time.monotonic() - start)
        results += got
    repeat_failed(results, top, build)
    return results


def repeat_failed(results, top, build):
    """Runs failed tests of 'results' again, alone; those that pass become report.UNSTEADY."""
    failed = [r for r in results if r.outcome == "failed" and "::" in r.name]
    if not failed or len(failed) > MOST_REPEATED or os.environ.get("SHELL_HERE"):
        return
    start = time.monotonic()
    again = run_pytest([r.name for r in failed], top, build, ["-n", "0"])
    passed = {r.name for r in again if r.outcome == "passed"}
    for r in failed:
        if r.name in passed:
            r.outcome = report.UNSTEADY
    report.section("failed tests once more, alone", again, time.monotonic() - start)
