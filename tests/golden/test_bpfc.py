# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfc's command line: formats, checks with their lines, the simulator, the debugger."""
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

from lib import bpfc, man_options
from lib.bpfc import ARP, ARP_DECIMAL, ARP_OPS, run
from lib.wait import wait_for
from lib.where import program


@pytest.fixture
def here(tmp_path):
    return bpfc.fill(tmp_path)


FORMATS = {
    "netsniff-ng": ARP_OPS,
    "C": ARP_OPS,
    "xt_bpf": "4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,6 0 0 0,",
    "tcpdump": ARP_DECIMAL,
    "listing": "(000) ldh      [12]\n(001) jeq      #0x806           jt 2\tjf 3\n"
               "(002) ret      #-1\n(003) ret      #0\n",
    "asm": "        ldh [12]                         ; eth.type\n"
           "        jneq #0x806, L3                  ; arp\n"
           "        ret #0xffffffff\n"
           "L3:     ret #0x0\n",
    "hex": "28 00 00 00 0c 00 00 00\n15 00 00 01 06 08 00 00\n06 00 00 00 ff ff ff ff\n"
           "06 00 00 00 00 00 00 00\n",
    "rust": "const FILTER: [libc::sock_filter; 4] = [\n"
            "    libc::sock_filter { code: 0x28, jt: 0, jf: 0, k: 0x0000000c },\n"
            "    libc::sock_filter { code: 0x15, jt: 0, jf: 1, k: 0x00000806 },\n"
            "    libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: 0xffffffff },\n"
            "    libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x00000000 },\n];\n",
    "go": "var filter = []bpf.RawInstruction{\n"
          "\t{Op: 0x28, Jt: 0, Jf: 0, K: 0x0000000c},\n\t{Op: 0x15, Jt: 0, Jf: 1, K: 0x00000806},\n"
          "\t{Op: 0x06, Jt: 0, Jf: 0, K: 0xffffffff},\n\t{Op: 0x06, Jt: 0, Jf: 0, K: 0x00000000},\n}\n",
    "iptables": 'iptables -A INPUT -m bpf --bytecode "4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,'
                '6 0 0 0" -j ACCEPT\n',
    "nft": 'iptables-nft -A INPUT -m bpf --bytecode "4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,'
           '6 0 0 0" -j ACCEPT\n',
    "ebpf": "; classic filter: 4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,6 0 0 0,\n"
            "   0: r6 = r1\n   1: w0 = 0\n   2: w7 = 0\n   3: r0 = *(u16 *)skb[12]\n"
            "   4: if w0 == 2054 goto +1\n   5: goto +2\n   6: w0 = -1\n   7: goto +2\n"
            "   8: w0 = 0\n   9: goto +0\n  10: exit\n",
}


WHERE_NETFILTER_RUNS_IT = ("bpfc: warning: this program looks at an Ethernet header, but netfilter runs "
                           "it from the network header on\n")


@pytest.mark.parametrize("form", FORMATS)
def test_format(here, form):
    p = run(here, "-f", form, "arp.bpf")
    told = WHERE_NETFILTER_RUNS_IT if form in ("iptables", "nft") else ""
    assert (p.stdout, p.stderr, p.returncode) == (FORMATS[form], told, 0)


def test_what_netfilter_would_not_do_is_told(here):
    p = run(here, "-f", "iptables", "ldb [9] jne #6, drop ret #1 drop: ret #0")
    assert (p.stderr, p.returncode) == ("", 0)
    p = run(here, "-f", "iptables", "tax " * 64 + "ret a")
    assert (p.returncode, p.stdout) == (1, "")
    assert p.stderr == "bpfc: the filter has 65 instructions, a rule of netfilter takes at most 64\n"
    p = run(here, "-f", "xt_bpf", "tax " * 64 + "ret a")
    assert p.returncode == 0 and p.stdout.startswith("65,7 0 0 0,")
    assert p.stderr == "bpfc: warning: netfilter takes at most 64 instructions, not 65\n"


@pytest.mark.parametrize("form", [*FORMATS, "raw", "json", "elf"])
def test_every_format_is_read_back(here, form):
    written = run(here, "-f", form, "arp.bpf", text=False)
    assert written.returncode == 0
    (here / "again").write_bytes(written.stdout)
    p = run(here, "-f", "tcpdump", "again")
    assert (p.stdout, p.returncode) == (ARP_DECIMAL, 0), p.stderr


@pytest.mark.parametrize("target", ["socket", "tc", "xdp"])
def test_objects_are_what_llvm_says(here, target):
    """The listing against llvm-objdump, but for jset, which it does not know."""
    (here / "o").write_bytes(run(here, "-f", "elf", "--target", target, "arp.bpf",
                                 text=False).stdout)
    p = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", here / "o"], check=True,
                       capture_output=True, text=True)
    theirs = [re.sub(r" <filter.*", "", m.group(1)) for m in re.finditer(r"^ +\d+:\t(.*)", p.stdout, re.M)]
    assert f"section {target}:" in p.stdout and "<filter>:" in p.stdout
    ours = run(here, "-f", "ebpf", "--target", target, "arp.bpf").stdout
    assert theirs == [re.sub(r"^ *\d+: ", "", s) for s in ours.splitlines()[1:]]


def test_json(here):
    p = json.loads(run(here, "--json", "arp.bpf").stdout)
    assert p["instructions"][:2] == [
        {"code": 40, "jt": 0, "jf": 0, "k": 12, "text": "ldh [12]", "field": "eth.type"},
        {"code": 21, "jt": 0, "jf": 1, "k": 2054, "text": "jneq #0x806, L3", "field": "arp"}]
    assert len(p["instructions"]) == 4


def test_input_from_everywhere(here):
    assert run(here, "arp.bpf").stdout == ARP_OPS
    assert run(here, "-i", "arp.bpf").stdout == ARP_OPS
    assert run(here, "-", stdin=ARP).stdout == ARP_OPS
    assert run(here, "-i", "-", stdin=ARP).stdout == ARP_OPS
    assert run(here, "ldh [12] jne #0x806, drop ret #-1 drop: ret #0").stdout == ARP_OPS


def test_preprocessor(here):
    (here / "port.h").write_text("#define PORT 22\n")
    (here / "p.bpf").write_text('#include "port.h"\n; it\'s\nldh [20]\njne #PORT, drop\n'
                                "ret #KEEP\ndrop: ret #0\n")
    p = run(here, "-f", "tcpdump", "-p", "-D", "KEEP=96", "-i", "p.bpf")
    assert (p.stdout, p.stderr) == ("40 0 0 20\n21 0 1 22\n6 0 0 96\n6 0 0 0\n", "")
    p = run(here, "--cpp", "p.bpf")
    assert p.returncode == 1 and p.stderr == "bpfc: p.bpf:5:6: expected a number, found 'KEEP'\n"
    (here / "port.h").write_text("ld\n")
    p = run(here, "--cpp", "-DKEEP=1", "p.bpf")
    assert p.stderr.endswith("expected '[k]', '[x + k]', 'M[k]', '#k' or an extension, found 'ldh'\n")
    p = run(here, "--cpp", "-", stdin="#error no\n")
    assert p.returncode == 1 and p.stderr.endswith("bpfc: -: the C preprocessor failed\n")


def test_without_a_preprocessor(here):
    p = subprocess.run([program("bpfc"), "-p", "arp.bpf"], cwd=here, capture_output=True, text=True,
                       env={"PATH": str(here)})
    assert p.returncode == 1
    assert p.stderr == "bpfc: there is no program 'cpp'; install the C preprocessor\n"


USAGE = [
    ("", "no program: name a file, - for standard input, or write it as one argument"),
    ("a b", "'b': one program is enough"),
    ("-i a b", "'b': one program is enough"),
    ("-f foo a", "-f: 'foo' is none of: netsniff-ng, C, xt_bpf, tcpdump"),
    ("-y FOO arp.bpf", "-y: 'FOO' is no link type"),
    ("-D A=1 arp.bpf", "-D: only the C preprocessor knows macros, see --cpp"),
    ("--check --run x arp.bpf", "--check and --run are different things to do"),
    ("--trace 1 arp.bpf", "--trace: needs --run"),
    ("--coverage arp.bpf", "--coverage: needs --run"),
    ("--summary arp.bpf", "--summary: needs --run"),
    ("--run dump.pcap --trace 3-1 arp.bpf", "--trace: '3-1' is no list of numbers"),
    ("--run dump.pcap --trace 1,,2 arp.bpf", "--trace: '1,,2' is no list of numbers"),
    ("--run - -", "standard input cannot hold both the program and the packets"),
    ("--debug dump.pcap -", "--debug: standard input holds the commands"),
    ("-b --check arp.bpf", "-b: only what is written can be left unchecked"),
    ("-b --seccomp arp.bpf", "--seccomp and -b contradict each other"),
    ("--json --dot arp.bpf", "--json: neither --debug nor --dot"),
]


@pytest.mark.parametrize("line,sentence", USAGE, ids=lambda v: v)
def test_bad_usage(here, line, sentence):
    p = run(here, *line.split())
    assert p.returncode == 2 and sentence in p.stderr and p.stdout == ""
    assert p.stderr.startswith("bpfc: ") and p.stderr.count("\n") == 1


FAILURES = [
    ("gone.bpf", "open gone.bpf: No such file or directory"),
    ("--run gone.pcap arp.bpf", "gone.pcap: No such file or directory"),
    ("--run arp.bpf arp.bpf", "arp.bpf"),
]


@pytest.mark.parametrize("line,sentence", FAILURES, ids=lambda v: v)
def test_failures(here, line, sentence):
    p = run(here, *line.split())
    assert p.returncode == 1 and sentence in p.stderr and p.stderr.count("\n") == 1


# (source, what is said without the file, whether it is written anyway, whether -b writes it)
CHECKS = [
    ("div #0\nret #0", "1:1: division by the constant 0", True),
    ("ret x", "1:1: Linux has no 'ret x', txa and ret a do the same", True),
    ("ld #1\n ld M[3]\nret a", "2:2: reads M[3], which nothing may have written", True),
    ("lsh #32\nret #0", "1:1: shift by 32 bits, at most 31 make sense", True),
    ("ldh [0xffffffff]\nret a", "1:1: load from 0xffffffff, which is no field the kernel knows", True),
    ("ld #1\ntax", "2:1: the last one must be a ret", False),
    (".insn 0xff, 0, 0, 0\nret a", "1:1: 0xff is not an operation of classic BPF", False),
    ("jeq #1, a\na: .insn 5, 0, 0, 1\nret a", "2:4: jump over 1 instructions leaves the filter of 3",
     False),
]


@pytest.mark.parametrize("source,sentence,written", CHECKS, ids=lambda v: str(v)[:20])
def test_checks(here, source, sentence, written):
    (here / "x").write_text(source)
    p = run(here, "--check", "x")
    assert (p.stdout, p.returncode) == ("", 1) and p.stderr == f"bpfc: x:{sentence}\n"
    j = json.loads(run(here, "--check", "--json", "x").stdout)
    line, column, reason = sentence.split(":", 2)
    assert (j["valid"], j["line"], j["column"]) == (False, int(line), int(column))
    assert j["reason"] == reason.strip()
    p = run(here, "x")
    assert p.returncode == (0 if written else 1) and bool(p.stdout) == written
    if written:
        assert p.stderr == f"bpfc: warning: Linux refuses this program: x:{sentence}\n"
    assert run(here, "-b", "x").returncode == 0


SECCOMP = [
    ("ldh [0]\nret a", "1:1: seccomp loads words only"),
    ("ld [2]\nret a", "1:1: seccomp loads aligned words only, 2 is not"),
    ("ld [64]\nret a", "1:1: struct seccomp_data has 64 bytes, [64] is behind"),
    ("ld [x + 4]\nret a", "1:1: seccomp loads from constant offsets only"),
    ("ldxb 4*([0]&0xf)\nret a", "1:1: seccomp loads from constant offsets only"),
    ("ld [0]\nmod #3\nret a", "2:1: seccomp knows no mod"),
    ("ld proto\nret a", "1:1: struct seccomp_data has 64 bytes, [4294963200] is behind"),
]


@pytest.mark.parametrize("source,sentence", SECCOMP, ids=lambda v: v[:20])
def test_seccomp(here, source, sentence):
    (here / "x").write_text(source)
    for how in (["--check", "--seccomp"], ["--seccomp"]):
        p = run(here, *how, "x")
        assert (p.stdout, p.stderr, p.returncode) == ("", f"bpfc: x:{sentence}\n", 1)
    assert run(here, "--check", "x").stdout == \
        f"x: {source.count(chr(10)) + 1} instructions, the kernel takes them\n"


def test_run(here):
    p = run(here, "--run", "dump.pcap", "arp.bpf")
    assert p.stdout == (
        "     1  accept 4294967295  arp.bpf:4:9           ret #0xffffffff\n"
        "     2  reject             arp.bpf:5:9           ret #0x0\n"
        "     3  accept 4294967295  arp.bpf:4:9           ret #0xffffffff\n"
        "     4  reject             arp.bpf:2:9           ldh [12]  (load behind the end of the packet)\n"
        "         1 rejected by arp.bpf:2:9  ldh [12]\n"
        "         1 rejected by arp.bpf:5:9  ret #0x0\n"
        "4 packets: 2 accepted (50.0 %), 2 rejected\n")


def test_trace_and_coverage(here):
    p = run(here, "--run", "dump.pcap", "--summary", "--coverage", "--trace", "2", "arp.bpf")
    assert p.stdout == (
        "packet 2, 34 bytes\n"
        "   0  arp.bpf:2:9           ldh [12]                          A=0x800 X=0x0\n"
        "   1  arp.bpf:3:9           jneq #0x806, L3                   A=0x800 X=0x0\n"
        "   3  arp.bpf:5:9           ret #0x0                          A=0x800 X=0x0\n"
        "     2  reject             arp.bpf:5:9           ret #0x0\n"
        "            ; ARP alone\n"
        "         4          ldh [12]\n"
        "         3          jne #0x806, drop   [A == k: 2, else 1]\n"
        "         2          ret #-1\n"
        "         1  drop:   ret #0\n"
        "         1 rejected by arp.bpf:2:9  ldh [12]\n"
        "         1 rejected by arp.bpf:5:9  ret #0x0\n"
        "4 packets: 2 accepted (50.0 %), 2 rejected\n")


def test_run_in_json(here):
    p = run(here, "--run", "dump.pcap", "--json", "--coverage", "--trace", "1,4", "arp.bpf")
    lines = [json.loads(s) for s in p.stdout.splitlines()]
    assert [x.get("verdict") for x in lines] == ["accept", "reject", "accept", "reject", None]
    assert lines[3] == {"packet": 4, "steps": [{"instruction": 0, "text": "ldh [12]", "a": 0, "x": 0,
                                                "m": {}}],
                        "verdict": "reject", "bytes": 0, "instruction": 0, "file": "arp.bpf",
                        "line": 2, "column": 9, "reason": "load behind the end of the packet"}
    total = lines[4]
    assert (total["packets"], total["accepted"], total["rejected"]) == (4, 2, 2)
    assert [c["packets"] for c in total["coverage"]] == [4, 3, 2, 1]
    assert total["coverage"][1]["true"] == 2


def test_memory_is_shown(here):
    p = run(here, "--run", "dump.pcap", "--trace", "1", "ldx #5 stx M[12] ld M[12] ret a")
    assert "ret a                             A=0x5 X=0x5 M[12]=0x5\n" in p.stdout


def debug(here, *commands):
    p = run(here, "--debug", "dump.pcap", "arp.bpf", stdin="\n".join(commands) + "\n")
    return p.stdout, p.stderr, p.returncode


def test_debugger(here):
    out, err, status = debug(here, "break line 4", "run", "print", "step", "back 9", "continue",
                             "packet 2", "run", "break", "delete", "quit", "nonsense")
    assert (err, status) == ("", 0)
    place = "   2  arp.bpf:4:9           ret #0xffffffff\n"
    assert out == (
        place +
        "packet 1, 42 bytes\n" + place +
        "A=0x806 X=0x0\n" + place +
        "A=0x806 X=0x0\naccept 4294967295  arp.bpf:4:9           ret #0xffffffff\n"
        "A=0x0 X=0x0\n   0  arp.bpf:2:9           ldh [12]\n"
        "packet 1, 42 bytes\n" + place +
        "packet 2, 34 bytes\n   0  arp.bpf:2:9           ldh [12]\n"
        "packet 2, 34 bytes\nreject             arp.bpf:5:9           ret #0x0\n" +
        place)


def test_debugger_stops_at_verdicts(here):
    out, err, status = debug(here, "# the second packet is IP", "b reject", "c", "p a", "p x",
                             "p M[3]", "c", "c")
    assert (err, status) == ("", 0)
    assert out == (
        "packet 2, 34 bytes\nreject             arp.bpf:5:9           ret #0x0\n"
        "A=0x800 (2048)\nX=0x0 (0)\nM[3]=0x0 (0)\n"
        "packet 4, 10 bytes\nreject             arp.bpf:2:9           ldh [12]"
        "  (load behind the end of the packet)\n"
        "no breakpoint up to the last packet, 4\n")


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_the_counts(here, sig):
    """The packets of a pipe that does not end."""
    out = here / "out"
    with open(out, "wb") as f, subprocess.Popen([program("bpfc"), "--run", "-", "arp.bpf"], cwd=here,
                                                stdin=subprocess.PIPE, stdout=f) as p:
        p.stdin.write(bpfc.pcap(bpfc.FRAMES * 2000))
        p.stdin.flush()
        wait_for(lambda: out.stat().st_size > 0, "the first verdicts")
        p.send_signal(sig)
        assert p.wait(20) == 0
    assert re.search(r"^\d+ packets: \d+ accepted \(5\d\.\d %\)", out.read_text(), re.M)


def test_debugger_wants_a_file(here):
    os.mkfifo(here / "pipe")
    with subprocess.Popen(["cp", "dump.pcap", "pipe"], cwd=here):
        p = run(here, "--debug", "pipe", "arp.bpf")
        assert (p.stderr, p.returncode) == ("bpfc: --debug: pipe cannot be read twice, save it to a "
                                            "file\n", 1)


def test_packets_from_standard_input(here):
    with open(here / "dump.pcap", "rb") as f:
        p = subprocess.run([program("bpfc"), "--run", "-", "--summary", "arp.bpf"], cwd=here, stdin=f,
                           capture_output=True, text=True)
    assert p.stdout.endswith("4 packets: 2 accepted (50.0 %), 2 rejected\n"), p.stderr


def test_debugger_lists(here):
    out, _, _ = debug(here, "break 3", "step", "list", "print packet", "print fields", "help")
    assert "=>   1  arp.bpf:3:9           jneq #0x806, L3    ; arp\n" in out
    assert "*    3  arp.bpf:5:9           ret #0x0\n" in out
    assert re.search(r"^ +0000:? +ff ?ff ?ff ?ff", out, re.M) and "spa 10.0.0.1" in out, out
    assert "continue" in out and "back [N]" in out


@pytest.mark.parametrize("command,sentence", [
    ("nonsense", "'nonsense' is no command; 'help' lists them"),
    ("packet 9", "there is no packet 9, the last is 4"),
    ("break 4", "instruction: 4 is out of range (0 to 3)"),
    ("break line 1", "line 1 has no instruction"),
    ("print y", "print: 'y' is none of: a, x, M[k], packet, fields"),
    ("run x", "run: takes no argument"),
    ("step 0", "steps: 0 is out of range"),
])
def test_debugger_tells_what_is_wrong(here, command, sentence):
    out, err, status = debug(here, "packet 1", command, "list")
    assert status == 1 and err.startswith(f"bpfc: <stdin>:2: {sentence}")
    assert "packet 1, 42 bytes" in out and "jneq" not in out


def test_dot(here):
    out = run(here, "--dot", "arp.bpf").stdout
    assert 'n0 [label="0: ldh [12]    eth.type\\l1: jneq #0x806    arp\\l"];' in out
    assert 'n0 -> n2 [label="no"];' in out and 'n0 -> n3 [label="yes"];' in out
    assert "style=dashed" not in out
    assert "style=dashed" in run(here, "--dot", "ret #1 tax ret a").stdout
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg"], input=out, text=True, check=True, capture_output=True)


def test_jit(here):
    if os.geteuid() != 0:
        pytest.skip("loading programs needs privilege")
    p = run(here, "--jit", "arp.bpf")
    if "the kernel made no machine code" in p.stderr:
        pytest.skip("the kernel has no JIT compiler")
    assert p.returncode == 0, p.stderr
    assert re.match(r"^   0:  [0-9a-f]+ +\w+", p.stdout) and "0x806" in p.stdout
    code = json.loads(run(here, "--jit", "--json", "arp.bpf").stdout)["machine_code"]
    assert len(code) == p.stdout.count("\n")


def test_jit_without_privilege(here):
    """One sentence that says what is missing."""
    p = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
                        program("bpfc"), "--jit", "ret #1 ret #2"], cwd="/", capture_output=True,
                       text=True)
    if "setpriv" in p.stderr or p.returncode in (126, 127):
        pytest.skip("this test cannot drop its privilege")
    if p.returncode == 0:
        pytest.skip("this kernel lets everybody load eBPF")
    assert p.stderr == "bpfc: --jit: loading programs needs the capability cap_bpf (or root)\n"


def test_verbose_and_dump(here):
    p = run(here, "-V", "arp.bpf")
    assert p.stdout == ARP_OPS
    assert "assembler, 4 instructions\nL0: ldh [12]\n" in p.stderr
    far = "jeq #1, far " + "tax " * 300 + "far: ret a"
    p = run(here, "-V", "-f", "tcpdump", far)
    assert ", 1 jumps led through a ja\n" in p.stderr
    assert p.stdout.splitlines()[:2] == ["21 0 1 1", "5 0 0 300"]
    dump = run(here, "-d").stdout
    for word in "ld ldi ldh ldb ldx ldxi ldxb st stx jmp ja jeq jneq jne jlt jle jgt jge jset add " \
                "sub mul div mod neg and or xor lsh rsh tax txa ret".split():
        assert re.search(rf"^  {word} ", dump, re.M), word


def test_manual_has_the_options_of_the_table():
    _, options, _ = man_options.split(man_options.page_of("bpfc").read_text())
    made = subprocess.run([program("bpfc"), "--completion", "mdoc"], check=True, text=True,
                          capture_output=True).stdout
    assert options == made, "run tests/lib/man_options.py bpfc build/bin/bpfc"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completions(here, shell):
    text = run(here, "--completion", shell).stdout
    for name in re.findall(r"--([a-z-]+)", run(here, "--help").stdout):
        assert f"--{name}" in text


def test_output_that_cannot_be_written(here):
    with open("/dev/full", "w") as full:
        p = subprocess.run([program("bpfc"), "arp.bpf"], cwd=here, stdout=full,
                           stderr=subprocess.PIPE, text=True)
    assert p.returncode == 1 and "standard output" in p.stderr


@pytest.mark.parametrize("form", [*FORMATS, "raw", "json", "elf"])
def test_netsniff_filters_by_every_format(here, form):
    """-f takes it, -B prints it as assembler, and the packets are those that bpfc --run accepts."""
    (here / "filter").write_bytes(run(here, "-f", form, "arp.bpf", text=False).stdout)
    p = subprocess.run([program("netsniff"), "-i", "dump.pcap", "-f", "filter", "-o", "out.pcap", "-s",
                        "-B"], cwd=here, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    assert p.stdout == re.sub(r" +;.*", "", FORMATS["asm"])
    assert (here / "out.pcap").read_bytes().count(bpfc.ARP_FRAME) == 2
    assert bpfc.IP_FRAME not in (here / "out.pcap").read_bytes()


@pytest.mark.parametrize("text,sentence", [
    ("ldh [12]\njne #0x806\nret #1\n", "x:3:1: expected ',' and a label, found 'ret'"),
    ("ldh [12]\ndiv #0\nret a\n", "x:2:1: instruction 1: division by the constant 0"),
])
def test_netsniff_names_the_line(here, text, sentence):
    (here / "x").write_text(text)
    p = subprocess.run([program("netsniff"), "-i", "dump.pcap", "-f", "x", "-s"], cwd=here,
                       capture_output=True, text=True)
    assert (p.returncode, p.stderr) == (1, f"netsniff: -f: {sentence}\n")
