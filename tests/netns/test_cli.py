# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff's command line: what it refuses and in which words, --help, manual page, completions."""
import json
import re
import shutil
import struct
import subprocess

import pytest
from lib import man_options
from lib.where import program

FRAME = bytes.fromhex("ffffffffffff0202020202020806" "0001080006040001020202020202"
                      "0a0000010000000000000a000002")


def pcap(*frames, start=1714564800):
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for i, f in enumerate(frames):
        out += struct.pack("<IIII", start + i, 0, len(f), len(f)) + f
    return out


@pytest.fixture
def here(tmp_path):
    """A folder with the files that the command lines below name; commands run in it."""
    (tmp_path / "a.pcap").write_bytes(pcap(FRAME, FRAME[:14] + b"x" * 40, FRAME))
    (tmp_path / "arp.bpf").write_text("4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n")
    (tmp_path / "dir").mkdir()
    return tmp_path


def run(here, line, **kw):
    return subprocess.run([program("netsniff"), *line.split()], cwd=here, capture_output=True,
                          timeout=60, text=True, **kw)


USAGE = [
    ("-z", "unknown option -z"),
    ("--ring-sise 1MiB", "did you mean --ring-size?"),
    ("-i a.pcap --fields tcp.dprt", "did you mean tcp.dport?"),
    ("-i a.pcap --fields len -q", "--fields and -X or -l are different ways of printing"),
    ("-i a.pcap --fields len --json", "--json prints whole packets: leave out --fields"),
    ("-i a.pcap --fields len -o -", "--fields: standard output carries packets already"),
    ("-i a.pcap --fields len --geo", "--geo: --fields prints the packets' values"),
    ("--proto tpc", "there is no protocol 'tpc', did you mean tcp?"),
    ("--proto mdoc --json", "there is no protocol 'mdoc'"),
    ("-i a.pcap -R", "-R: no interface is read"),
    ("-R -s", "-R: say with -i which wireless interface is to be watched"),
    ("-i a.pcap --csv", "--csv: needs --fields"),
    ("-i", "option -i needs an argument: DEV|FILE|-"),
    ("--silent=yes", "option --silent takes no argument"),
    ("--no", "is ambiguous"),
    ("-U", "-U: nothing is downloaded; bring a MaxMind database file (.mmdb) of your own"),
    ("-i a.pcap tcp prot 80", "-f 'tcp prot 80'"),
    ("-i a.pcap -f tcq", "-f 'tcq'"),
    ("-i a.pcap -f tcp port 80", "a filter from -f tcp and another one, 'port'"),
    ("-i lo --flight 1MiB -o dir/ --trigger icpm", "--trigger 'icpm'"),
    ("-n 12abc", "-n: '12abc' is not a number"),
    ("-n -1", "-n: '-1' is not a number"),
    ("-S 64", "-S: 64 is out of range"),
    ("-S 99999999999999999999", "-S: 99999999999999999999 is out of range"),
    ("-t strangers", "none of: host, broadcast, multicast, others, outgoing"),
    ("-T 0x12345678", "-T: '0x12345678' is none of: pcapng, pcap"),
    ("-K fair", "none of: hash, lb, cpu, rnd, roll, qm"),
    ("-C 65536", "-C: 65536 is out of range (0 to 65535)"),
    ("-i lo -L roll", "-L: needs a group"),
    ("-i lo -b 1-", "-b: '1-' is not a list of CPUs"),
    ("-i lo -b 3-1", "-b: '3-1' is not a list of CPUs"),
    ("-i lo -b 0-999", "-b: more than 128 CPUs"),
    ("-i lo -o dir -F 10", "-F: '10' needs a unit"),
    ("-i lo -o dir -F tomorrow", "neither a size such as 100MiB nor a time such as 15min"),
    ("-i lo -o x.pcap -F 1MiB", "-F: a new file needs a name of its own"),
    ("-i lo -o x.pcap -P name", "-P: only file names in a folder have a prefix"),
    ("-i lo -o x.pcap -O 3", "-O: only files in a folder are numbered"),
    ("-i lo -o dir -O 3", "-O: says how many files, so say with -F"),
    ("-i lo -o dir -P a/b", "-P: a prefix cannot hold a slash"),
    ("-i lo -o x.pcap --max-disk 1GiB", "--max-disk: only deletes files of a folder"),
    ("-i lo --print-closed", "--print-closed: no file is written"),
    ("-i lo -o dir --print-closed=xml", "none of: text, json"),
    ("-i lo -o x.pcap --compact", "--compact: only pcapng files can be smaller"),
    ("-i a.pcap -o lo -T pcap", "-T: -o names an interface"),
    ("-i a.pcap -o lo -w", "-w: frames sent on an interface keep their link header"),
    ("-i lo -o x.cfg", "-o: a trafgen script is made from files"),
    ("-i a.pcap -S 1MiB", "-S: there is no ring"),
    ("-i a.pcap --threads 2", "--threads: only interfaces"),
    ("-i lo -o x.pcapng --threads 2", "--threads: packets of several threads are not printed"),
    ("-i lo -o - -s --threads 2", "--threads: each thread writes files of its own"),
    ("-i lo -o x.pcapng -s --threads 2 --flight 1MiB", "--threads: the flight recorder"),
    ("-i a.pcap --hwtimestamp", "--hwtimestamp: no interface is read"),
    ("-i lo --hwtimestamp -N", "--hwtimestamp and -N contradict each other"),
    ("-i lo --tune-irq -Q -b 0", "--tune-irq and -Q contradict each other"),
    ("-i lo --tune-irq", "--tune-irq: say with -b"),
    ("-i lo --since 2024-01-01", "--since and --until: only files have a past"),
    ("-i a.pcap --since 2024-13-01", "--since: '2024-13-01' is not a moment"),
    ("-i a.pcap --since 5 --until 5", "--until 5 is not after --since 5"),
    ("-i lo --flight 1MiB", "--flight: needs -o"),
    ("-i lo -o x --flight 1MiB -n 5", "-n: the flight recorder runs until"),
    ("-i a.pcap -o x --flight 1MiB", "--flight: needs an interface"),
    ("-i lo --trigger arp.bpf", "--trigger: needs --flight"),
    ("-i a.pcap --timing original", "--timing: needs a file to send"),
    ("-i a.pcap -o lo --timing fast", "--timing: 'fast' is none of original, xFACTOR"),
    ("-i a.pcap -o lo --timing x0", "'x0' is not a factor"),
    ("-i a.pcap -o lo --timing x-1", "'x-1' is not a factor"),
    ("-i lo --loop 3", "--loop: needs a file to send"),
    ("-i a.pcap -B", "-B: there is no filter"),
    ("-i lo -s --dump-bpf", "-B: there is no filter"),
    ("-i a.pcap -s --stats-interval 1s", "--stats-interval: only a capture"),
    ("-i a.pcap -J", "-J: nothing is sent"),
    ("-i a.pcap -r", "-r: packets are only sent in random order"),
    ("-s -q", "different ways of printing"),
    ("--json -q", "--json prints whole packets"),
    ("-i a.pcap -i lo", "interfaces and files cannot be read in one run"),
    ("-i - -i -", "-i -: standard input can be read once"),
    ("-i - -f -", "standard input cannot hold both"),
    ("-i any -i lo", "-i any means all interfaces already"),
    ("-i a.pcap -o any", "-o any: packets can be sent on one interface only"),
]


@pytest.mark.parametrize("line,sentence", USAGE, ids=lambda v: v)
def test_bad_usage(here, line, sentence):
    p = run(here, line)
    assert p.returncode == 2, p.stderr
    assert sentence in p.stderr
    assert p.stderr.startswith("netsniff: ") and p.stderr.count("\n") == 1
    assert p.stdout == ""
    assert sorted(f.name for f in here.iterdir()) == ["a.pcap", "arp.bpf", "dir"]


FAILURES = [
    ("-i lo -R -s", "-R: lo"),
    ("-i no-such-dev0", "-i no-such-dev0: there is no interface and no file of that name"),
    ("-i ./nothing.pcap", "-i ./nothing.pcap: No such file or directory"),
    ("-i dir", "-i dir: is a folder"),
    ("-i a.pcap -f gone.bpf", "-f: gone.bpf: No such file or directory"),
    ("-i lo --netns no-such-ns", "--netns no-such-ns"),
]


@pytest.mark.parametrize("line,sentence", FAILURES, ids=lambda v: v)
def test_failures(here, line, sentence):
    p = run(here, line)
    assert p.returncode == 1, p.stderr
    assert sentence in p.stderr and p.stderr.count("\n") == 1


def test_an_interface_of_another_namespace(here, net):
    host = net.host("x")
    p = run(here, f"--netns {host.netns} -i eth7")
    assert p.returncode == 1
    assert f"-i eth7: there is no interface in namespace {host.netns} and no file" in p.stderr


def test_help(here):
    p = run(here, "--help")
    assert p.returncode == 0 and not p.stderr
    assert max(len(line) for line in p.stdout.splitlines()) <= 80
    for name in long_names():
        assert f"--{name}" in p.stdout


def test_version_and_types(here):
    assert re.fullmatch(r"netsniff \d+\.\d+\.\d+\n", run(here, "-v").stdout)
    types = run(here, "-D").stdout
    for magic in "0xa1b2c3d4", "0xa1b23c4d", "0xa1b2cd34", "0xa1e2cb12", "0x0a0d0d0a":
        assert magic in types


def test_proto_prints_the_table_of_a_protocol(here):
    text = run(here, "--proto tcp").stdout
    assert re.search(r"^  dport +16-31 +number +destination port; a TCP port +RFC 9293 3.1$", text,
                     re.M)
    assert re.search(r"^ +flags: 0x1 fin, 0x2 syn,", text, re.M)
    assert re.search(r"^  tcp.mss \(option 2\), RFC 9293 3.1$", text, re.M)
    assert run(here, "--proto ssl").stdout.startswith("tls: ")
    groups = run(here, "--proto dns").stdout
    assert "dns.answer (group)" in groups and "the fields of dns.question" in groups


def test_proto_as_json_has_what_the_text_has(here):
    protos = [json.loads(x) for x in run(here, "--proto list --json").stdout.splitlines()]
    listed = [x.split()[0] for x in run(here, "--proto list").stdout.splitlines()]
    assert [p["proto"] for p in protos] == listed and len(listed) > 60
    for p in protos:
        text = run(here, f"--proto {p['proto']}").stdout
        for f in p["fields"]:
            assert re.search(rf"^  {f['name']}( \*)? ", text, re.M), (p["proto"], f["name"])
            assert f["ref"] and f["ref"] in text and f["label"] in text
        for o in p["options"]:
            assert f"{p['proto']}.{o['name']} (" in text


def test_a_full_disk_is_told(here):
    with open("/dev/full", "w") as full:
        p = subprocess.run([program("netsniff"), "--help"], stdout=full, stderr=subprocess.PIPE,
                           text=True)
    assert p.returncode == 1 and "standard output" in p.stderr


def completion(what):
    return subprocess.run([program("netsniff"), "--completion", what], check=True, text=True,
                          capture_output=True).stdout


def long_names():
    """Every long name but those that are refused, from the page's own list of options."""
    items = re.findall(r"^\.It (.*(?:\n(?!\.It).*)*)", completion("mdoc"), re.M)
    shown = [i for i in items if i.startswith("Fl") and "Refused:" not in i]
    names = [n.replace("\\-", "-") for i in shown for n in re.findall(r"Fl \\-(\S+)", i)]
    assert len(names) > 50
    return names


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completions_name_every_option(shell):
    text = completion(shell)
    for name in long_names():
        assert f"--{name}" in text
    assert "--update" not in text


def test_bash_completes(here):
    script = completion("bash") + """
COMP_WORDS=(netsniff -K r); COMP_CWORD=2; _netsniff; echo "${COMPREPLY[@]}"
COMP_WORDS=(netsniff --snap); COMP_CWORD=1; _netsniff; echo "${COMPREPLY[@]}"
COMP_WORDS=(netsniff -f a); COMP_CWORD=2; _netsniff; echo "${COMPREPLY[@]}"
"""
    p = subprocess.run(["bash", "-c", script], cwd=here, capture_output=True, text=True)
    assert p.stdout.splitlines()[:2] == ["rnd roll", "--snaplen"], p.stderr
    assert set(p.stdout.splitlines()[2].split()) == {"a.pcap", "arp.bpf"}


PAGE = man_options.page_of("netsniff")


def test_manual_has_the_options_of_the_table():
    _, options, _ = man_options.split(PAGE.read_text())
    assert options == completion("mdoc"), \
        "run tests/lib/man_options.py netsniff build/bin/netsniff"


def test_manual_is_well_formed():
    tools = [t for t in (["mandoc", "-Tlint", "-Wwarning"],
                         ["groff", "-ww", "-mdoc", "-Tutf8", "-z"]) if shutil.which(t[0])]
    assert tools, "neither mandoc nor groff is installed"
    for tool in tools:
        p = subprocess.run([*tool, PAGE], capture_output=True, text=True)
        found = [s for s in (p.stdout + p.stderr).splitlines() if "outdated mandoc.db" not in s]
        assert not found


def test_manual_has_its_sections():
    sections = re.findall(r"^\.Sh (.*)", PAGE.read_text(), re.M)
    for name in ("SYNOPSIS", "DESCRIPTION", "OPTIONS", "OUTPUT", "FILE FORMATS", "CAPABILITIES",
                 "EXIT STATUS", "EXAMPLES", "SEE ALSO", "DIFFERENCES", "BUGS"):
        assert name in sections


OLD = "idoCKLftFRnPOTwDBrMANmGcSkJbugHQsqXlUVvh"


def test_every_option_of_netsniff_ng_is_there():
    shown = set(re.findall(r"Fl (\w)\b", completion("mdoc")))
    assert set(OLD) <= shown
    names = set(long_names())
    for name in ("in dev out fanout-group fanout-type fanout-opts filter type interval num "
                 "overwrite prefix magic dump-pcap-types dump-bpf rand no-promisc no-hwtimestamp "
                 "no-sock-mem mmap sg clrw ring-size kernel-pull bind-cpu user group prio-high "
                 "notouch-irq silent less hex ascii cooked verbose version help "
                 "jumbo-support").split():
        assert name in names
