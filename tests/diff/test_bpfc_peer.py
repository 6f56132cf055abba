# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfc against the bpfc of netsniff-ng, to the byte in its four formats, and against what libpcap
prints of instructions. Sources are made here: one of each operand, and random programs.
Where the two differ the manual page says so, section DIFFERENCES; those are tested last."""
import ctypes
import random
import re
import shutil
import subprocess

import pytest

from lib.bpfc import run
from lib.where import program

PEER = next((p for p in ("/usr/sbin/bpfc", "/usr/local/sbin/bpfc") if shutil.which(p)), None)
FORMATS = ["C", "netsniff-ng", "xt_bpf", "tcpdump"]
NAMES = ("len pktlen pto proto type poff ifx ifidx nla nlan mark que queue Q hat hatype rxh rxhash cpu "
         "vlant vlan_tci vlanp").split()
JUMPS = "jeq jneq jne jlt jle jgt jge jset".split()
ALU = "add sub mul div mod and or xor lsh rsh".split()

pytestmark = pytest.mark.skipif(not PEER, reason="netsniff-ng's bpfc is not installed")


def both(source, *args):
    """(text, accepted) of the peer and of ours."""
    results = []
    for tool in (PEER, program("bpfc")):
        p = subprocess.run([tool, *args, "-i", "-"], input=source, capture_output=True, text=True,
                           timeout=60)
        results.append((p.stdout if p.returncode == 0 else None, p.returncode == 0))
    return results


def number(rng):
    v = rng.choice([0, 1, 5, 31, 0x800, 0xffff, rng.getrandbits(31)])
    return rng.choice([str(v), hex(v), "0%o" % v, bin(v), str(-v) if v else "0"])


def positive(rng, below=1 << 31):
    v = rng.randrange(below)
    return rng.choice([str(v), hex(v)])


def operand(rng, kind):
    return {
        "abs": lambda: f"[{number(rng)}]",
        "ind": lambda: f"[{rng.choice(['x', '%x'])} + {positive(rng)}]",
        "mem": lambda: f"M[{positive(rng, 16)}]",
        "imm": lambda: f"#{positive(rng)}",
        "ext": lambda: rng.choice(["", "#"]) + rng.choice(NAMES[2:]),
        "len": lambda: rng.choice(["", "#"]) + rng.choice(NAMES[:2]),
        "msh": lambda: f"4*([{positive(rng)}]&0xf)",
        "x": lambda: rng.choice(["x", "%x", "X"]),
    }[kind]()


LOADS = {"ld": "abs ind mem imm ext len", "ldh": "abs ind ext", "ldb": "abs ind ext", "ldi": "imm",
         "ldx": "mem imm len msh", "ldxi": "imm", "ldxb": "msh", "st": "mem", "stx": "mem"}


def instruction(rng, i, n):
    kind = rng.randrange(10)
    label = lambda: f"lab{rng.randrange(i + 1, min(n, i + 200))}"  # noqa: E731
    if kind < 4:
        name = rng.choice(list(LOADS))
        return f"{name} {operand(rng, rng.choice(LOADS[name].split()))}"
    if kind < 6:
        name = rng.choice(JUMPS)
        what = operand(rng, rng.choice(["imm", "x"]))
        two = name in ("jeq", "jgt", "jge", "jset") and rng.randrange(2)
        return f"{name} {what}, {label()}" + (f",{label()}" if two else "")
    if kind == 6:
        return f"{rng.choice(['ja', 'jmp'])} {label()}"
    if kind < 9:
        return f"{rng.choice(ALU)} {operand(rng, rng.choice(['imm', 'x']))}"
    return rng.choice(["tax", "txa", "neg", "ret a", "ret x", "ret %a", f"ret #{number(rng)}"])


def source(seed):
    """A program of labelled instructions with comments and blank lines strewn in."""
    rng = random.Random(seed)
    n = rng.randrange(2, 60)
    lines = []
    for i in range(n):
        text = instruction(rng, i, n) if i < n - 1 else f"ret #{number(rng)}"
        if rng.randrange(4) == 0:
            text = text.upper() if "lab" not in text else text
        text = f"lab{i}:" + rng.choice([" ", "\n", "\t "]) + text
        text += rng.choice(["", "", " ; comment", " /* a */", "\n\n", " /* a\n b */"])
        lines.append(text)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("form", FORMATS)
def test_random_sources(form):
    differ = []
    for seed in range(150):
        text = source(f"{form}{seed}")
        theirs, ours = both(text, "-f", form)
        if theirs != ours:
            differ.append((seed, text, theirs, ours))
    assert not differ, f"{len(differ)} differ, first: {differ[0]}"


def test_every_operand():
    lines = [f"{name} {operand(random.Random(i), k)}" for name, kinds in LOADS.items()
             for k in kinds.split() for i in range(5)]
    lines += [f"{name} {sign}{ext}" for name in ("ld", "ldh", "ldb") for ext in NAMES[2:]
              for sign in ("", "#")]
    lines += [f"{op} {x}" for op in ALU for x in ("#3", "x", "%x")]
    text = "\n".join(lines) + "\nret #0\n"
    theirs, ours = both(text, "-f", "tcpdump")
    assert theirs == ours and ours[1] and ours[0].count("\n") == len(lines) + 1


@pytest.mark.parametrize("text", [
    "ld foo\nret a\n", "ret\n", "ret 5\n", "ldh #5\nret a\n", "ld M[16]\nret a\n", "ld #1\n", "jeq #1\nret a\n",
    "jeq #1, nowhere\nret a\n", "st 3\nret a\n", "ldxb [14]\nret a\n", "ldxb 4*([14]&7)\nret a\n", "",
    "neg x\nret a\n", "ldx proto\nret a\n", "ret #1x\n", "lab: \n", "ldb len\nret a\n"])
def test_both_refuse(text):
    theirs, ours = both(text, "-f", "tcpdump")
    assert not theirs[1] and not ours[1]


def test_preprocessor_and_defines(tmp_path):
    path = tmp_path / "x.bpf"
    path.write_text("#define A 5\n#ifdef FOO\nret #FOO\n#endif\nret #A\nret #BAR\n")
    for tool in (PEER, program("bpfc")):
        p = subprocess.run([tool, "-p", "-D", "FOO=3", "-DBAR=9", "-f", "tcpdump", "-i", path],
                           capture_output=True, text=True)
        assert p.stdout == "6 0 0 3\n6 0 0 5\n6 0 0 9\n", tool


def test_bypass():
    theirs, ours = both("ld M[16]\n", "-b", "-f", "tcpdump")
    assert theirs == ours == ("96 0 0 16\n", True)
    theirs, ours = both("back: ld #1\nja back\nret #0\n", "-b", "-f", "tcpdump")
    assert theirs == ours and ours[1]


def test_file_as_a_word(tmp_path):
    (tmp_path / "x.bpf").write_text("ldh [12]\nret a\n")
    theirs = subprocess.run([PEER, "x.bpf"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert theirs == run(tmp_path, "x.bpf").stdout != ""


DIFFERENT = [
    ("ret #4294967296\n", "6 0 0 0\n", None),
    ("ret #08\n", "6 0 0 0\n", None),
    ("aa: ret a\naa: ret a\n", "22 0 0 0\n22 0 0 0\n", None),
    ("aa: ld #1\nja aa\nret #0\n", "0 0 0 1\n5 0 0 4294967294\n6 0 0 0\n", None),
    ("#include <x.h>\nret #1\n", "6 0 0 1\n", None),
    ("ld rand\nret a\n", None, "32 0 0 4294963256\n22 0 0 0\n"),
    ("l: ret a\n", None, "22 0 0 0\n"),
    ("ld [x+4]\nret a\n", None, "64 0 0 4\n22 0 0 0\n"),
    ("ret a // b\n", None, "22 0 0 0\n"),
]


@pytest.mark.parametrize("text,theirs,ours", DIFFERENT)
def test_differences_are_those_of_the_manual(text, theirs, ours):
    assert [r[0] for r in both(text, "-f", "tcpdump")] == [theirs, ours]


def test_far_jumps_are_cut_there_and_led_here():
    text = "jeq #1, far\n" + "tax\n" * 300 + "far: ret a\n"
    theirs, ours = both(text, "-f", "tcpdump")
    assert theirs[0].startswith("21 44 0 1\n") and ours[0].startswith("21 0 1 1\n5 0 0 300\n")


class Insn(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte),
                ("k", ctypes.c_uint32)]


def libpcap():
    lib = ctypes.CDLL("libpcap.so.0.8")
    lib.bpf_image.restype = ctypes.c_char_p
    lib.bpf_image.argtypes = [ctypes.POINTER(Insn), ctypes.c_int]
    return lib


# ldx len and ret x, which libpcap does not print.
UNNAMED = (0x81, 0x0e)


def test_listing_is_libpcaps(tmp_path):
    lib, n_lines = libpcap(), 0
    for seed in range(60):
        numbers = run(tmp_path, "-b", "-f", "tcpdump", "-", stdin=source(f"list{seed}")).stdout
        insns = [Insn(*map(int, s.split())) for s in numbers.splitlines()]
        ours = run(tmp_path, "-b", "-f", "listing", "-", stdin=numbers).stdout.splitlines()
        for i, (insn, line) in enumerate(zip(insns, ours, strict=True)):
            if insn.code in UNNAMED:
                continue
            assert line == lib.bpf_image(ctypes.byref(insn), i).decode(), (seed, i)
            n_lines += 1
    assert n_lines > 1000


EXPRESSIONS = ["tcp port 80", "ip[6:2] & 0x1fff = 0 and udp", "vlan and ip6", "ether host 1:2:3:4:5:6",
               "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "ip proto \\sctp or icmp6", "len > 100",
               "0 - ip[0] = 5 or ip[2] / 3 > ip[5]", "portrange 5-500", "not inbound",
               "net 10.0.0.0/8 and not host 10.0.0.1"]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_programs_of_tcpdump_are_read(tmp_path, expression):
    """-d, -dd and -ddd say the same, and so does the assembler that is made of them."""
    def dump(how):
        return subprocess.run(["tcpdump", "-y", "EN10MB", how, expression], check=True,
                              capture_output=True, text=True).stdout

    def plain(text):
        """Without what libpcap leaves in k of tax, which a listing does not show."""
        return re.sub("^(7|135) 0 0 .*", r"\1 0 0 0", text, flags=re.M)

    wanted = plain(dump("-ddd").split("\n", 1)[1])
    for how in "-d", "-dd", "-ddd":
        assert plain(run(tmp_path, "-f", "tcpdump", "-", stdin=dump(how)).stdout) == wanted
        text = run(tmp_path, "-f", "asm", "-", stdin=dump(how)).stdout
        assert plain(run(tmp_path, "-f", "tcpdump", "-", stdin=text).stdout) == wanted
