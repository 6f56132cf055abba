# SPDX-License-Identifier: GPL-2.0-or-later
"""What every benchmark shares: competitors run in turn, costs of a child, medians and ratios,
and the three outputs (JSON, a readable table, an SVG chart by chart.py).

A benchmark compares programs on one machine in one run. Figures of different runs are not
compared: the machine may have been busy. So the competitors alternate, the order turns from
round to round, and what is reported is the median and the ratio of medians.

    runs = lib.alternate({"ours": f, "tcpdump": g}, repeats=5)   # f() returns a dict of numbers
    best = lib.medians(runs)                                     # {"ours": {"cpu_s": ...}, ...}
    print(lib.table(...)); lib.save(path, {...})
"""

import ctypes
import dataclasses
import json
import os
import platform
import resource
import select
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("O", REPO / "build"))
TICK = os.sysconf("SC_CLK_TCK")


# --- programs -------------------------------------------------------------------------------

def ours(name):
    """Path of our program 'name' in the build folder, or None when it is not built."""
    path = BUILD / "bin" / name
    return str(path) if path.exists() else None


def peer(name):
    """Path of somebody else's installed program, or None."""
    return shutil.which(name)


def version(path, option="--version"):
    """First line that a program says about its version."""
    out = subprocess.run([path, option], capture_output=True, text=True, check=False)
    lines = (out.stdout + out.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"


# --- one child, measured --------------------------------------------------------------------

@dataclasses.dataclass
class Cost:
    """What a finished child cost: seconds of wall clock and CPU of all its threads."""
    rc: int
    wall_s: float
    user_s: float
    sys_s: float
    max_rss_bytes: int
    out: str = ""
    err: str = ""

    @property
    def cpu_s(self):
        return self.user_s + self.sys_s

    def numbers(self):
        return {"wall_s": self.wall_s, "user_s": self.user_s, "sys_s": self.sys_s,
                "cpu_s": self.cpu_s, "max_rss_bytes": self.max_rss_bytes}


CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def enter_netns(name):
    """Moves this thread into the named network namespace, without the cost of 'ip netns exec'."""
    fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if LIBC.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"enter network namespace {name}")
    os.close(fd)


class Child:
    """A child process on CPU 'cpu' (None: anywhere) in network namespace 'netns' (None: ours),
    with its own 'nice' level, its output kept, measured by wait4()."""

    def __init__(self, argv, cpu=None, netns=None, nice=0, cwd=None, env=None, stdout=None):
        def prepare():
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})
            if netns is not None:
                enter_netns(netns)
            if nice:
                os.nice(nice)

        self.argv = [str(a) for a in argv]
        self._files = []
        self.out_file = stdout if stdout is not None else self._temp()
        self.err_file = self._temp()
        self.start = time.monotonic()
        self.proc = subprocess.Popen(  # pylint: disable=consider-using-with
            self.argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=self.out_file,
            stderr=self.err_file, preexec_fn=prepare)
        self.pid = self.proc.pid

    def _temp(self):
        fd = os.memfd_create("bench")
        self._files.append(os.fdopen(fd, "r+", errors="replace"))
        return self._files[-1]

    def signal(self, number=signal.SIGINT):
        os.kill(self.pid, number)

    def kill(self):
        """Ends the child at once unless it has been waited for; for clean-up."""
        if self.proc.returncode is None:
            self.signal(signal.SIGKILL)
            self.wait()

    def running(self):
        """True until the child has ended (it is not reaped here)."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def cpu_s(self):
        """CPU seconds so far of all threads that there are, to the nanosecond."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
            except FileNotFoundError:  # ended between the two looks
                pass
        return total / 1e9

    def memory(self):
        """Bytes of memory now, by kind: {'anon': ..., 'file': ..., 'shmem': ..., 'peak': ...}."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        kib = {l.split(":")[0]: int(l.split()[1]) for l in lines if l.endswith(" kB")}
        return {kind: kib.get(key, 0) << 10 for kind, key in
                (("anon", "RssAnon"), ("file", "RssFile"), ("shmem", "RssShmem"),
                 ("peak", "VmHWM"))}

    def wait_quiet(self, still_s=0.3, timeout_s=60):
        """Waits until the child has used next to no CPU for 'still_s'; False when it ended."""
        deadline = time.monotonic() + timeout_s
        used, since_s = -1.0, time.monotonic()
        while time.monotonic() < deadline:
            if not self.running():
                return False
            now = self.cpu_s()
            if now - used > 0.002:
                used, since_s = now, time.monotonic()
            elif time.monotonic() - since_s >= still_s:
                return True
            time.sleep(0.02)
        return True

    def errors(self):
        """What the child has said on standard error so far."""
        return self._text(self.err_file)

    def said(self):
        """What the child has said on standard output so far."""
        return self._text(self.out_file) if self.out_file in self._files else ""

    @staticmethod
    def _text(file):
        size = os.fstat(file.fileno()).st_size
        return os.pread(file.fileno(), size, 0).decode(errors="replace")

    def wait(self, timeout_s=120):
        """Waits for the end and returns the Cost; kills a child that takes too long."""
        deadline = time.monotonic() + timeout_s
        pidfd = os.pidfd_open(self.pid)
        try:

            if not select.select([pidfd], [], [], max(0, deadline - time.monotonic()))[0]:
                os.kill(self.pid, signal.SIGKILL)
        finally:
            os.close(pidfd)
        _, status, usage = os.wait4(self.pid, 0)
        wall = time.monotonic() - self.start
        self.proc.returncode = os.waitstatus_to_exitcode(status)
        cost = Cost(self.proc.returncode, wall, usage.ru_utime, usage.ru_stime,
                    usage.ru_maxrss * 1024, self.said(), self.errors())
        for file in self._files:
            file.close()
        return cost


def run(argv, timeout_s=600, **child):
    """Runs 'argv' to its end as Child(argv, **child) and returns the Cost; raises when it fails."""
    cost = Child(argv, **child).wait(timeout_s)
    if cost.rc != 0:
        raise RuntimeError(f"{' '.join(map(str, argv))}: exit {cost.rc}: {cost.err.strip()[-400:]}")
    return cost


def drop_caches():
    """Forgets clean pages, so that a file is read from the disk (needs root)."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("1", encoding="ascii")


def warm(path):
    """Reads a file once, so that the page cache has it for every competitor alike."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


# --- the machine ----------------------------------------------------------------------------

def machine_cpu():
    """CPU seconds of the whole machine since boot: {'busy': ..., 'softirq': ..., 'idle': ...}."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, idle, iowait, irq, softirq, steal = (int(f) / TICK for f in fields[:8])
    return {"busy": user + nice + system + irq + softirq + steal, "system": system,
            "softirq": softirq + irq, "user": user + nice, "steal": steal,
            "idle": idle + iowait}


def since(before, now):
    """Difference of two dicts of counters."""
    return {key: now[key] - before[key] for key in before}


def machine():
    """What a reader needs to judge the figures."""
    model = [l.split(":", 1)[1].strip() for l in
             Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if
             l.startswith("model name")]
    return {"kernel": platform.release(), "cpu": model[0] if model else platform.machine(),
            "cpus": os.cpu_count(), "memory_bytes": os.sysconf("SC_PAGE_SIZE") *
            os.sysconf("SC_PHYS_PAGES"), "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


# --- rounds, medians, ratios ----------------------------------------------------------------

def alternate(competitors, repeats=5, progress=True):
    """Runs every competitor 'repeats' times, in turn; the order turns round by one each round.
    'competitors': name to a function without arguments that returns a dict of numbers, or None
    for a run that does not count. Returns name to the list of those dicts."""
    names = list(competitors)
    runs = {name: [] for name in names}
    for turn in range(repeats):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            if progress and sys.stderr.isatty():
                print(f"\r{turn + 1}/{repeats} {name:<24}", end="", file=sys.stderr, flush=True)
            result = competitors[name]()
            if result is not None:
                runs[name].append(result)
    if progress and sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    return runs


def medians(runs):
    """Median of every number: {'ours': {'cpu_s': 0.12}} from the lists of alternate()."""
    result = {}
    for name, dicts in runs.items():
        keys = [k for k in (dicts[0] if dicts else {}) if
                all(isinstance(d.get(k), (int, float)) for d in dicts)]
        result[name] = {k: statistics.median(d[k] for d in dicts) for k in keys}
    return result


def ratio(mids, key, ours_name, peer_name):
    """Our median over the peer's (0.25: a quarter), or None where one is missing or zero."""
    a, b = mids.get(ours_name, {}).get(key), mids.get(peer_name, {}).get(key)
    return None if a is None or not b else a / b


# --- output ---------------------------------------------------------------------------------

def table(head, rows):
    """Text table: the first column to the left, the others to the right."""
    cells = [[str(c) for c in row] for row in [head, *rows]]
    width = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["  ".join(c.ljust(w) if i == 0 else c.rjust(w)
                       for i, (c, w) in enumerate(zip(row, width))).rstrip() for row in cells]
    return "\n".join([lines[0], "-" * (sum(width) + 2 * (len(width) - 1)), *lines[1:]])


def show(value, digits=2, unit=""):
    """A number for the table; '-' for None."""
    return "-" if value is None else f"{value:.{digits}f}{unit}"


def save(path, data):
    """Writes results as JSON with the machine's description, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = path.with_suffix(path.suffix + ".new")
    temp.write_text(json.dumps({"machine": machine(), **data}, indent=1) + "\n", encoding="utf-8")
    temp.replace(path)


def need_room(folder, n_bytes):
    """Stops with a sentence when 'folder' has less than 'n_bytes' free."""
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        sys.exit(f"bench: {folder} has {free >> 20} MiB free, this needs {n_bytes >> 20} MiB")


def children_cpu():
    """CPU seconds of all children reaped so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
