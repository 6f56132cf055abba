# SPDX-License-Identifier: GPL-2.0-or-later
"""toolkit-filter.7: the page is clean, its examples run, and what it names is what bpfc compiles."""
import json
import os
import re
import subprocess

import pytest

from lib import bpfc
from lib.where import TOP, program

PAGE = (TOP / "common/cbpf/toolkit-filter.7").read_text()
EXAMPLES = re.findall(r"^\.Dl (.*)", PAGE, re.M)
CHECKS = {
    "bpfc -f asm -e 'tcp dst port 443'": "tcp.dport",
    "netsniff -i dump.pcap -q 'tcp.syn and not tcp.ack'": "",
    "bpfc -f tcpdump -e 'anyvlan(ip4.src in {10.0.0.0/8, 192.168.0.0/16})'": "21 3 0 37120\n",
    "bpfc -f tcpdump -e 'inner(udp port 53)'": " 6081\n",
    "bpfc --prove --against 'ip[8] < 5' -e 'ip4.ttl < 5'": "proved: ",
    "bpfc --witness -e 'vlan 7 and arp'": "that reject, which are all\n",
    "bpfc --fields -y IEEE802_11_RADIO": "\nwlan        kind subtype type ",
}


@pytest.mark.parametrize("line", EXAMPLES)
def test_example(tmp_path, line):
    bpfc.fill(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in "bpfc", "netsniff":
        (tmp_path / "bin" / name).symlink_to(program(name))
    p = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                       env=dict(os.environ, PATH=f"{tmp_path}/bin:{os.environ['PATH']}"))
    assert p.returncode == 0, p.stderr
    assert CHECKS[line] in p.stdout
    assert set(CHECKS) == set(EXAMPLES)


def test_page_is_clean(tmp_path):
    page = tmp_path / "toolkit-filter.7"
    fields = bpfc.run(tmp_path, "--fields").stdout
    page.write_text(PAGE.replace('.\\" FIELDS\n', fields))
    assert fields in page.read_text()
    p = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True)
    assert (p.stdout, p.returncode) == ("", 0)
    p = subprocess.run(["groff", "-ww", "-mandoc", "-Tutf8", "-z", page], capture_output=True,
                       text=True)
    assert p.stderr == ""


def test_fields(tmp_path):
    """Each can be compared in both modes, as the page says; what stands in options is not there."""
    rows = [json.loads(x) for x in bpfc.run(tmp_path, "--fields", "--json").stdout.splitlines()]
    names = [f"{r['proto']}.{f}" for r in rows for f in r["fields"]]
    assert {"tcp.dport", "ip.ttl", "ip6.hoplimit", "arp.op", "eth.src"} <= set(names)
    assert not [x for x in names if x.count(".") != 1]
    assert len(names) > 200
    text = bpfc.run(tmp_path, "--fields").stdout
    assert sum(len(x.split()) for x in text.splitlines()) == len(names) + len(rows)
    for name in names[::9]:
        for mode in [], ["--live"]:
            assert bpfc.run(tmp_path, *mode, "-e", name).returncode == 0, name
    p = bpfc.run(tmp_path, "--fields", "-e", "ip")
    assert p.returncode == 2 and "--fields: needs no program" in p.stderr
