# SPDX-License-Identifier: GPL-2.0-or-later
"""Other people's tools that our files are shown to."""
import json
import re
import subprocess


def run(argv, **kw):
    """Runs to the end; raises with everything it printed if it fails."""
    p = subprocess.run([str(a) for a in argv], capture_output=True, **kw)
    if p.returncode:
        raise AssertionError(f"{' '.join(map(str, argv))} ended with {p.returncode}: "
                             f"{p.stderr.decode(errors='replace')}")
    return p.stdout


def tshark(path, *args):
    """tshark over a file; its standard output."""
    return run(["tshark", "-n", "-r", path, *args]).decode(errors="replace")


def tshark_fields(path, *fields, display_filter=None):
    """The named fields of each packet, a list of tuples of text."""
    args = ["-T", "fields", *(x for f in fields for x in ("-e", f))]
    if display_filter:
        args += ["-Y", display_filter]
    return [tuple(line.split("\t")) for line in tshark(path, *args).splitlines()]


def tshark_json(path, *args):
    """Each packet as tshark's JSON tree."""
    return json.loads(run(["tshark", "-n", "-r", path, "-T", "json", *args]))


def capinfos(path):
    """What capinfos says of a file: packets, data bytes, encapsulation, type."""
    text = run(["capinfos", "-M", "-t", "-E", "-c", "-d", path]).decode()
    d = {k.strip(): v.strip() for k, v in re.findall(r"^([^:\n]+):\s+(.*)$", text, re.M)}
    return {"packets": int(d["Number of packets"]), "bytes": int(d["Data size"].split()[0]),
            "type": d["File type"], "encapsulation": d["File encapsulation"]}


def tcpdump(path, *args):
    """The lines tcpdump prints for a file."""
    return run(["tcpdump", "-nr", path, *args]).decode(errors="replace").splitlines()


def tcpdump_count(path):
    """How many packets tcpdump reads from a file."""
    return len(tcpdump(path, "-t", "-q"))
