# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of fields as netsniff and as tshark read them, for packets made in the test: an offset
that is wrong in our table is wrong in build and walk alike, and only shows here.

A module of tests/diff/fields is a family of protocols:
    captures(seed)  list of (link type, packets); with random values from 'seed'
    FIELDS          (layer, key, tshark's field): first value of a packet against first value
    OTHERS          (layer, how to get ours from the layer's JSON, tshark's field); a list is
                    compared with all values that tshark has of the field
                    a layer may be several: "ospf/ospf3"
    LEAST           values compared a packet at the least, so that a test of nothing fails
    PREFS           preferences of tshark, "-o" before each (may be missing)
    DECODE          tshark's "-d" rules (may be missing)
Differences that stay are left out of FIELDS and listed in the module with a verdict: ours, theirs,
the standard's. fields/README.md lists those over captures of others."""
import importlib
import json
import pathlib

import pytest

from lib import tools, where

FAMILIES = sorted(p.stem for p in (pathlib.Path(__file__).parent / "fields").glob("[a-z]*.py"))


def number(text):
    """tshark's spelling of a value as ours."""
    if text in ("True", "False"):
        return int(text == "True")
    try:
        return int(text, 0)
    except ValueError:
        return text


def plain(value):
    """Numbers of 64 bits are strings in JSON."""
    return int(value) if isinstance(value, bool) or str(value).isdecimal() else value


def differs(ours, theirs):
    """Ours against tshark's values, which are separated by '|'."""
    values = theirs.split("|")
    if isinstance(ours, list):
        return [plain(v) for v in ours] != [number(t) for t in values]
    return plain(ours) != number(values[0])


def compare(family, ours, theirs, wanted):
    """Returns how many values were compared and what differs."""
    compared, wrong = 0, []
    for i, (packet, row) in enumerate(zip(ours, theirs)):
        for (layer, get, name), text in zip(wanted, row):
            found = [x for x in packet["layers"] if x["proto"] in layer.split("/")]
            value = get(found[0]) if found else None
            if not text and (value is None or value == []):
                continue
            compared += 1
            if differs(value, text):
                wrong.append(f"{family} packet {i + 1}: {name} is {text!r}, ours {value!r}")
    return compared, wrong


def write(path, linktype, packets):
    from scapy.all import RawPcapWriter
    w = RawPcapWriter(str(path), linktype=linktype)
    w.write_header(None)
    for p in packets:
        w.write_packet(bytes(p))
    w.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_fields(tmp_path, family, seed):
    module = importlib.import_module(f"diff.fields.{family}")
    wanted = [(l, lambda x, k=k: x.get(k), t) for l, k, t in module.FIELDS] + module.OTHERS
    args = ["-E", "occurrence=a", "-E", "aggregator=|"]
    args += [x for p in getattr(module, "PREFS", []) for x in ("-o", p)]
    args += [x for d in getattr(module, "DECODE", []) for x in ("-d", d)]
    args += [x for _, _, t in wanted for x in ("-e", t)]
    n, compared, wrong = 0, 0, []
    for i, (linktype, packets) in enumerate(module.captures(seed)):
        path = tmp_path / f"{i}.pcap"
        write(path, linktype, packets)
        out = tools.run([where.program("netsniff"), "-i", path, "--json"])
        ours = [p for p in map(json.loads, out.splitlines()) if "layers" in p]
        assert len(ours) == len(packets)
        theirs = [line.split("\t") for line in
                  tools.tshark(path, "-T", "fields", *args).split("\n")[:len(packets)]]
        more, differences = compare(family, ours, theirs, wanted)
        n, compared, wrong = n + len(packets), compared + more, wrong + differences
    assert not wrong, f"{len(wrong)} of {compared} differ\n" + "\n".join(wrong[:20])
    assert compared > n * module.LEAST
