# SPDX-License-Identifier: GPL-2.0-or-later
"""Results of test cases, and how they are shown."""
import dataclasses
import os
import shlex

UNSTEADY = "unsteady"  # failed beside other tests, passed when repeated alone: counts as passed


def make_command(test):
    """The one command that builds what 'test' needs and runs it alone."""
    variant = "".join(f" {v}=1" for v in ("SAN", "COV") if os.environ.get(v))
    return f"make{variant} check T={shlex.quote(test)}"


@dataclasses.dataclass
class Result:
    name: str
    outcome: str  # passed, failed, skipped, UNSTEADY
    text: str     # what a failure printed, or the reason of a skip
    repeat: str   # the command that runs it again
    shown: bool = False

    def print_if_odd(self):
        """Shows a failure or a skip, once."""
        if self.outcome == "passed" or self.shown:
            return
        self.shown = True
        if self.outcome == "skipped":
            print(f"SKIP {self.name}: {self.text or 'no reason given'}", flush=True)
            return
        print(f"FAIL {self.name}")
        for line in self.text.splitlines():
            print(f"     {line}")
        print(f"     repeat with: {self.repeat}", flush=True)


def counts(results):
    return tuple(sum(1 for r in results if r.outcome in kinds)
                 for kinds in (("passed", UNSTEADY), ("failed",), ("skipped",)))


def section(title, results, seconds):
    passed, failed, skipped = counts(results)
    print(f"== {title}: {passed} passed, {failed} failed, {skipped} skipped"
          f" ({seconds:.1f} s)", flush=True)


def summary(results):
    """Prints the last line; the exit status."""
    passed, failed, skipped = counts(results)
    if failed:
        print("\nTo repeat what failed:")
        for command in dict.fromkeys(r.repeat for r in results if r.outcome == "failed"):
            print(f"  {command}")
    for r in results:
        if r.outcome == UNSTEADY:
            print(f"UNSTEADY {r.name}: passed only when repeated alone")
    if not results:
        print("nothing to run")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not results else 0
