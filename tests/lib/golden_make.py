# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the captures of tests/golden and what netsniff is expected to print for them:
    python3 tests/lib/golden_make.py [NAME]...
Captures named are made from tests/golden/stacks (a module a family of protocols); the expected text
is written anew for all: look at the difference before committing it. Each capture is a few packets made with scapy; nothing comes from a real network."""
import importlib.util
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lib import where

GOLDEN = where.TOP / "tests" / "golden"
FORMS = {"txt": [], "less": ["-q"], "json": ["--json"], "hex": ["-X"], "ascii": ["-l"]}


def stacks():
    """The captures: name to (link type, list of packets or bytes), from tests/golden/stacks."""
    found = {}
    for path in sorted((GOLDEN / "stacks").glob("*.py")):
        spec = importlib.util.spec_from_file_location("stacks_" + path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update(module.stacks())
    return found


def write_captures(names):
    from scapy.all import RawPcapWriter
    all_stacks = stacks()
    for name in names:
        linktype, packets = all_stacks[name]
        w = RawPcapWriter(str(GOLDEN / f"{name}.pcap"), linktype=linktype, nano=True)
        w.write_header(None)
        for i, p in enumerate(packets):
            data = bytes(p)
            # the last packet of each is also there cut short
            w.write_packet(data, sec=1700000000 + i, usec=i * 111)
            if i == len(packets) - 1:
                w.write_packet(data[:-5], sec=1700000000 + i, usec=500, wirelen=len(data))
        w.close()


def printed(path, form):
    p = subprocess.run([where.program("netsniff"), "-i", str(path), *FORMS[form]],
                       capture_output=True, timeout=60)
    assert p.returncode == 0, p.stderr.decode(errors="replace")
    text = p.stdout.decode()
    if form == "json":
        # behind the packets comes the account, whose times are never the same twice
        return "".join(x for x in text.splitlines(True) if '"layers":[' in x)
    return text


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    write_captures(sys.argv[1:])
    for pcap in sorted(GOLDEN.glob("*.pcap")):
        for f in FORMS:
            pcap.with_suffix("." + f).write_text(printed(pcap, f))
