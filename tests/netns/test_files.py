# SPDX-License-Identifier: GPL-2.0-or-later
"""Files to the screen and to files: filter, range, cut, formats, pipes, damage."""
import json
import os
import resource
import struct
import subprocess

import pytest
from lib import capture, sanitizer
from lib.probe import need
from lib.where import program

ARP = bytes.fromhex("ffffffffffff02020202020208060001080006040001020202020202"
                    "0a0000010000000000000a000002")
OTHER = ARP[:12] + b"\x88\xb5" + bytes(range(200))
START = 1714564800
ARP_FILTER = "4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n"


def pcap(frames, seconds=None):
    """Ethernet frames a second apart, or at 'seconds' after START."""
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for i, f in enumerate(frames):
        s = seconds[i] if seconds else i
        out += struct.pack("<IIII", START + s, i, len(f), len(f)) + f
    return bytes(out) if isinstance(out, bytearray) else out


def records(data):
    """(second, microsecond, wire length, bytes) of each packet of a classic pcap."""
    assert data[:4] == b"\xd4\xc3\xb2\xa1"
    out, at = [], 24
    while at < len(data):
        s, us, cap, length = struct.unpack_from("<IIII", data, at)
        out.append((s, us, length, data[at + 16:at + 16 + cap]))
        at += 16 + cap
    return bytes(out) if isinstance(out, bytearray) else out


FRAMES = [ARP, OTHER, ARP, OTHER, OTHER]


@pytest.fixture
def here(tmp_path):
    (tmp_path / "a.pcap").write_bytes(pcap(FRAMES))
    (tmp_path / "arp.bpf").write_text(ARP_FILTER)
    return tmp_path


def run(here, line, rc=0, **kw):
    p = subprocess.run([program("netsniff"), *line.split()], cwd=here, capture_output=True,
                       timeout=60, **kw)
    assert p.returncode == rc, p.stderr
    return p


def test_there_and_back(here):
    run(here, "-i a.pcap -o b -s")
    assert (here / "b").read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"
    run(here, "-i b -o c.pcap -s")
    assert records((here / "c.pcap").read_bytes()) == records((here / "a.pcap").read_bytes())


@pytest.mark.parametrize("name", ["b.pcapng", "b.pcap.zst", "b.pcapng.gz"])
def test_suffixes_decide(here, name):
    run(here, f"-i a.pcap -o {name} -s")
    magic = (here / name).read_bytes()[:4]
    assert magic[:2] == {"pcapng": b"\x0a\x0d", "zst": b"\x28\xb5", "gz": b"\x1f\x8b"}[
        name.rsplit(".", 1)[1]]
    out = run(here, f"-i {name} -o - -T pcap").stdout
    assert records(out) == records(pcap(FRAMES))


@pytest.mark.parametrize("magic", ["0xa1b23c4d", "0x4d3cb2a1", "0xa1b2cd34", "0x34cdb2a1",
                                   "0xa1e2cb12", "0x12cbe2a1", "0xd4c3b2a1"])
def test_types_win(here, magic):
    run(here, f"-i a.pcap -o b.pcapng -T {magic} -s")
    assert (here / "b.pcapng").read_bytes()[:4] == int(magic, 0).to_bytes(4, "little")
    out = run(here, "-i b.pcapng -o - -T pcap").stdout
    assert records(out) == records(pcap(FRAMES))


def test_filter_range_count_and_cut(here):
    every = records(pcap(FRAMES))

    def got(options):
        return records(run(here, f"-i a.pcap -o - -T pcap {options}").stdout)

    assert got("-f arp.bpf") == [r for r in every if r[3] == ARP]
    assert got("-n 2") == every[:2]
    assert got(f"--since {START + 1} --until {START + 3}") == every[1:3]
    assert got("--snaplen 20") == [(*r[:3], r[3][:20]) for r in every]
    assert got("-f arp.bpf -n 1 --since 2024-05-01T12:00:01Z") == [every[2]]


def test_print_and_account_as_json(here):
    p = run(here, "-i a.pcap -f arp.bpf --json")
    *packets, last = [json.loads(line) for line in p.stdout.splitlines()]
    assert [x["number"] for x in packets] == [1, 2]
    assert packets[0]["time"] == f"{START}.000000000" and packets[0]["len"] == 42
    account = last["account"]
    assert (account["read_packets"], account["rejected_packets"], account["kept_packets"]) \
        == (5, 3, 2)
    assert p.stderr == b""


@pytest.mark.parametrize("how", ["", "-q", "-X", "-l", "-X -l"])
def test_print_forms(here, how):
    p = run(here, f"-i a.pcap {how}")
    assert p.stdout.count(b"\n") >= len(FRAMES) and b"\x1b" not in p.stdout
    assert p.stdout == run(here, f"-i - {how}", input=pcap(FRAMES)).stdout


def test_a_later_file_that_is_none_costs_nothing_of_the_first(here):
    (here / "bad").write_bytes(b"no capture file")
    p = run(here, "-i a.pcap -i bad -o b.pcap -s", rc=1)
    assert b"bad: at offset 0" in p.stderr
    assert len(records((here / "b.pcap").read_bytes())) == len(FRAMES)


def test_merged_by_time(here):
    """Of equal times the file named first comes first; a file's own disorder stays."""
    frames = [OTHER + bytes([i]) for i in range(10)]
    (here / "x.pcap").write_bytes(pcap(frames[:4], [1, 3, 3, 9]))
    (here / "y.pcap").write_bytes(pcap(frames[4:8], [0, 3, 8, 7]))
    (here / "z.pcap").write_bytes(pcap([], []))
    run(here, "-i x.pcap -i y.pcap -i z.pcap --merge -o all.pcap -s")
    got = [(r[0] - START, r[3][-1]) for r in records((here / "all.pcap").read_bytes())]
    assert got == [(0, 4), (1, 0), (3, 1), (3, 5), (3, 2), (8, 6), (7, 7), (9, 3)]


def test_merging_many_packets_loses_none(here):
    """Batches end and pipes are read while others wait; the numbers come out in order."""
    parts = [[], [], []]
    for i in range(3000):
        parts[(i * i // 7) % 3].append(i)
    for k, part in enumerate(parts):
        (here / f"{k}.pcap").write_bytes(
            pcap([OTHER + struct.pack(">H", i) for i in part], part))
    p = run(here, "-i 0.pcap -i - -i 2.pcap --merge -o all.pcap -s",
            input=(here / "1.pcap").read_bytes())
    got = [struct.unpack(">H", r[3][-2:])[0]
           for r in records((here / "all.pcap").read_bytes())]
    assert got == list(range(3000)), p.stderr


def test_damage_in_a_merged_file_is_told_when_the_others_are_through(here):
    (here / "cut.pcap").write_bytes(pcap(FRAMES)[:-10])
    p = run(here, "-i cut.pcap -i a.pcap --merge -o b.pcap -s", rc=1)
    assert b"cut.pcap" in p.stderr
    assert len(records((here / "b.pcap").read_bytes())) == 2 * len(FRAMES) - 1


@pytest.mark.parametrize("line", ["-i a.pcap --merge -s", "-i lo -i any --merge -s",
                                  "-i a.pcap -i a.pcap --merge -o lo -s"])
def test_what_cannot_be_merged_is_bad_usage(here, line):
    assert b"--merge: " in run(here, line, rc=2).stderr


def test_a_packet_is_printed_while_the_pipe_stays_open(here):
    p = subprocess.Popen([program("netsniff"), "-i", "-", "-q"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        p.stdin.write(pcap([ARP]))
        p.stdin.flush()
        assert b"arp" in p.stdout.readline()
        assert p.poll() is None
    finally:
        p.stdin.close()
        assert p.wait(20) == 0


def test_a_closed_pipe_ends_it_quietly(here):
    (here / "big.pcap").write_bytes(pcap([OTHER] * 5000))
    p = subprocess.Popen([program("netsniff"), "-i", "big.pcap"], cwd=here,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.readline()
    p.stdout.close()
    assert p.stderr.read() == b"" and p.wait(20) == 0


def test_damage_is_named_and_what_is_before_it_delivered(here):
    whole = pcap(FRAMES)
    (here / "cut.pcap").write_bytes(whole[:-10])
    p = run(here, "-i cut.pcap -o b.pcap -s", rc=1)
    assert b"cut.pcap" in p.stderr
    assert records((here / "b.pcap").read_bytes()) == records(whole)[:-1]


@pytest.mark.parametrize("line", ["", "-o - -T pcap", "-o - -T pcapng", "-q"])
def test_a_file_that_others_cut_short_meanwhile(here, line):
    """What was read of it is delivered; no packet is made up of what is not there any more."""
    (here / "big.pcap").write_bytes(pcap([OTHER] * 8000))
    p = subprocess.Popen([program("netsniff"), "-i", "big.pcap", *line.split()], cwd=here,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    head = p.stdout.read(1)
    os.truncate(here / "big.pcap", 0)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 1, err
    assert b"big.pcap: at offset" in err and b"the file became shorter" in err
    if "-T pcap" == line[-7:]:
        assert all(r[3] == OTHER for r in records(head + out)[:100])


def test_read_without_a_mapping(here):
    """-c: read(2). A file that becomes shorter behind what was read is no matter."""
    (here / "some.pcap").write_bytes(pcap([OTHER] * 500))
    p = subprocess.Popen([program("netsniff"), "-c", "-i", "some.pcap"], cwd=here,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    head = p.stdout.read(1)
    os.truncate(here / "some.pcap", 0)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 0, err
    assert (head + out).count(b"\n eth ") == 500


def test_the_file_that_is_read_is_not_written(here):
    before = (here / "a.pcap").read_bytes()
    assert b"is the file that is read" in run(here, "-i a.pcap -o ./a.pcap -s", rc=1).stderr
    assert (here / "a.pcap").read_bytes() == before


def test_trafgen_scripts(here):
    run(here, "-i a.pcap -o b.cfg -s -f arp.bpf")
    text = (here / "b.cfg").read_text()
    assert text.count("{") == 2 and "0xff, 0xff" in text
    assert run(here, "-i a.pcap -o - -f arp.bpf").stdout.decode() == text


def test_the_filter_is_printed(here):
    """On standard output, or beside what that is for."""
    text = b"        ldh [12]\n"
    assert run(here, "-i a.pcap -f arp.bpf -B -s").stdout.startswith(text)
    assert run(here, "-i a.pcap -f arp.bpf -B --json").stderr.startswith(text)


def test_a_filter_with_garbage(here):
    (here / "bad.bpf").write_text("1\n6 0 0 frog\n")
    p = run(here, "-i a.pcap -f bad.bpf", rc=1)
    assert b"bad.bpf" in p.stderr and p.stderr.count(b"\n") == 1


def test_a_full_disk_is_told(here):
    with open("/dev/full", "wb") as full:
        p = subprocess.run([program("netsniff"), "-i", "a.pcap", "-q"], cwd=here, stdout=full,
                           stderr=subprocess.PIPE)
    assert p.returncode == 1 and b"No space left" in p.stderr


@pytest.mark.parametrize("out", ["x.pcap", "x.pcapng", "x.pcap -G", "d/", "d/ -T pcap -F 1MiB"])
def test_what_a_full_disk_did_not_take_is_counted(here, out):
    need("root")
    (here / "big.pcap").write_bytes(pcap([bytes(1400)] * 4000))
    small = here / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small], check=True)
    try:
        (small / "d").mkdir()
        p = run(here, f"-i big.pcap -o small/{out} -s --json", rc=1)
        account = json.loads(p.stdout)["account"]
        assert b"No space left" in p.stderr
        left = [f for f in (*small.glob("x.*"), *small.glob("d/*"))]
        there = sum(json.loads(run(here, f"-i {f} -s --json").stdout)["account"]["read_packets"]
                    for f in left)
    finally:
        subprocess.run(["umount", small], check=True)
    assert account["read_packets"] == account["kept_packets"]
    assert there == account["kept_packets"] - account["not_written_packets"] > 1000


# Folders, rows of files, cooked headers.

def folder(here, name="d"):
    (here / name).mkdir()
    return here / name


def test_a_folder_is_filled_by_the_time_of_the_packets(here):
    d = folder(here)
    out = run(here, "-i a.pcap -o d/ -T pcap -F 2s -s --print-closed").stdout.decode().split("\n")
    names = [f"dump-{START}.pcap", f"dump-{START + 2}.pcap", f"dump-{START + 4}.pcap"]
    assert sorted(p.name for p in d.iterdir()) == names
    got = [records((d / n).read_bytes()) for n in names]
    assert [len(g) for g in got] == [2, 2, 1] and sum(got, []) == records(pcap(FRAMES))
    assert out[0] == f"d/{names[0]}: 2 packets, {(d / names[0]).stat().st_size} bytes"


def test_a_folder_by_size_prefix_and_ring(here):
    d = folder(here)
    lines = run(here, "-i a.pcap -o d/ -T pcap -F 300B -P x- -O 2 -s --print-closed=json").stdout
    closed = [json.loads(x) for x in lines.splitlines()]
    assert [c["closed"] for c in closed] == [f"d/x-{i % 2}.pcap" for i in range(len(closed))]
    assert sum(c["packets"] for c in closed) == len(FRAMES) and len(closed) > 2
    assert sorted(p.name for p in d.iterdir()) == ["x-0.pcap", "x-1.pcap"]
    assert all(c["file_bytes"] <= 300 for c in closed)


def test_the_budget_deletes_the_oldest_of_its_own_files(here):
    d = folder(here)
    (d / "dump-other.pcapng").write_bytes(b"x" * 3000000)
    (here / "big.pcap").write_bytes(pcap([bytes(1400)] * 4000))
    run(here, "-i big.pcap -o d/ -F 256KiB --max-disk 1MiB -s")
    files = sorted(p for p in d.iterdir() if p.name != "dump-other.pcapng")
    assert sum(p.stat().st_size for p in files) <= 1 << 20 and len(files) >= 3
    assert (d / "dump-other.pcapng").stat().st_size == 3000000


def test_the_budget_spares_the_newest_file(here):
    d = folder(here)
    (here / "big.pcap").write_bytes(pcap([bytes(1400)] * 4000))
    run(here, "-i big.pcap -o d/ -F 1GiB --max-disk 1MiB -s")
    assert len(list(d.iterdir())) == 1


def test_a_budget_ends_files_by_itself(here):
    """Without -F too: else there would be one file, that grows for ever."""
    d = folder(here)
    (here / "big.pcap").write_bytes(pcap([bytes(1400)] * 4000))
    run(here, "-i big.pcap -o d/ --max-disk 1MiB -s")
    sizes = [p.stat().st_size for p in d.iterdir()]
    assert 7 <= len(sizes) <= 8 and max(sizes) <= 1 << 17 and sum(sizes) <= 1 << 20


@pytest.mark.parametrize("out", ["d/", "d/%Y.pcap"])
def test_the_name_of_a_deleted_file_is_not_used_again(here, out):
    folder(here)
    (here / "big.pcap").write_bytes(pcap([bytes(1400)] * 4000))
    lines = run(here, f"-i big.pcap -o {out} -F 256KiB --max-disk 1MiB -s --print-closed").stdout
    names = [x.partition(b":")[0] for x in lines.splitlines()]
    assert len(names) > 10 and len(set(names)) == len(names)


def two_types(here):
    """A pcapng of Ethernet and of cooked packets."""
    cooked = bytearray(pcap([b"\0\0\0\1\0\6" + bytes(8) + b"\x08\x06" + ARP[14:]] * 3))
    cooked[20:24] = struct.pack("<I", 113)
    (here / "sll.pcap").write_bytes(cooked)
    run(here, "-i a.pcap -i sll.pcap -o two.pcapng -s")


def test_a_script_of_packets_that_are_no_frames(here):
    two_types(here)
    said = run(here, "-i two.pcapng -o two.cfg -s").stderr.decode()
    assert "two.cfg: no Ethernet frames, and sent as they are: packets: 3" in said
    assert (here / "two.cfg").read_text().count("{") == len(FRAMES) + 3


def test_several_link_types_go_into_a_file_each(here):
    two_types(here)
    d = folder(here)
    assert b"link type" in run(here, "-i two.pcapng -o x.pcap -s", rc=1).stderr
    run(here, "-i two.pcapng -o d/ -T pcap -s")
    assert sorted(p.name for p in d.iterdir()) == [f"dump-{START}.pcap",
                                                   f"dump-LINUX_SLL-{START}.pcap"]
    assert records((d / f"dump-{START}.pcap").read_bytes()) == records(pcap(FRAMES))
    assert len(records((d / f"dump-LINUX_SLL-{START}.pcap").read_bytes())) == 3


def test_a_pcapng_folder_keeps_link_types_together(here):
    two_types(here)
    d = folder(here)
    run(here, "-i two.pcapng -o d -s")
    name, = (p.name for p in d.iterdir())
    assert run(here, f"-i d/{name} -q").stdout == run(here, "-i two.pcapng -q").stdout


def test_a_ring_does_not_overwrite_what_it_reads(here):
    d = folder(here)
    (d / "dump-0.pcap").write_bytes(pcap(FRAMES))
    p = run(here, "-i d/dump-0.pcap -o d/ -T pcap -O 3 -F 1s -s", rc=1)
    assert b"is the file that is read" in p.stderr
    assert (d / "dump-0.pcap").read_bytes() == pcap(FRAMES)


def test_a_name_with_a_time(here):
    run(here, "-i a.pcap -o x-%s.pcap.zst -F 3s -s")
    assert len(list(here.glob("x-*.pcap.zst"))) == 2


def test_damage_does_not_touch_what_was_there(here):
    (here / "bad").write_bytes(b"nonsense" * 20)
    (here / "b.pcap").write_bytes(b"precious")
    run(here, "-i bad -o b.pcap -s", rc=1)
    assert (here / "b.pcap").read_bytes() == b"precious"


def test_scripts_are_compressed(here):
    text = run(here, "-i a.pcap -o -").stdout
    run(here, "-i a.pcap -o b.cfg.zst -s")
    run(here, "-i a.pcap -o b.cfg.gz -s")
    for tool, name in (("zstd", "b.cfg.zst"), ("gzip", "b.cfg.gz")):
        assert subprocess.run([tool, "-dc", here / name], capture_output=True,
                              check=True).stdout == text


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_cooked_headers(here, form):
    run(here, f"-i a.pcap -o b.{form} -w -s")
    run(here, f"-i b.{form} -o c.pcap -s")
    data = (here / "c.pcap").read_bytes()
    assert data[20:24] == struct.pack("<I", 113)
    got = records(data)
    assert got == [(s, us, n + 2, struct.pack(">HHH", 1, 1, 6) + f[6:12] + b"\0\0" + f[12:])
                   for s, us, n, f in records(pcap(FRAMES))]


def test_cooked_headers_of_other_link_types(here):
    sll2 = struct.pack(">HHIHBB", 0x806, 0, 7, 1, 4, 6) + b"\2\0\0\0\0\1\0\0" + ARP[14:]
    for linktype, frame, head in (
            (276, sll2, struct.pack(">HHH", 4, 1, 6) + b"\2\0\0\0\0\1\0\0\x08\x06"),
            (101, b"\x60" + bytes(39), struct.pack(">HHH", 0, 0xFFFE, 0) + bytes(8) + b"\x86\xdd")):
        raw = bytearray(pcap([frame]))
        raw[20:24] = struct.pack("<I", linktype)
        (here / "r.pcap").write_bytes(raw)
        body = frame[20:] if linktype == 276 else frame
        out = run(here, "-i r.pcap -o - -T pcap -w").stdout
        assert [r[3] for r in records(out)] == [head + body]
    raw[20:24] = struct.pack("<I", 147)
    (here / "r.pcap").write_bytes(raw)
    assert b"-w" in run(here, "-i r.pcap -o x.pcap -w -s", rc=1).stderr
    assert b"-w" in run(here, "-i a.pcap -o x.cfg -w -s", rc=2).stderr


def test_what_cannot_be_opened_is_one_sentence(here):
    for line in ("-i a.pcap -o missing/ -s", "-i a.pcap -o missing/x.pcap -s",
                 "-i a.pcap -o b.pcap -s -u no-such-user"):
        assert run(here, line, rc=1).stderr.count(b"\n") == 1


@pytest.mark.parametrize("line", [
    "-i big.pcap -o x.pcap", "-i big.pcap -o x.pcap -f arp.bpf",
    "-i big.pcap -o x.pcapng", "-i big.pcapng -o x.pcap", "-i big.pcapng -o x.pcapng --snaplen 99",
    "-i big.pcap -o x.pcap.zst", "-i big.pcap.zst -o x.pcap", "-i - -o x.pcap",
    "-i big.pcap -o d/ -F 8MiB"])
def test_memory_does_not_grow_with_the_file(here, line):
    """128 MiB through 32 MiB of private memory: a limit on it, which counts what is set aside too."""
    if sanitizer.in_use():
        pytest.skip("the sanitizer sets aside more than that")
    (here / "d").mkdir()
    some = pcap([OTHER, ARP, bytes(2000)] * 6000)
    with (here / "big.pcap").open("wb") as f:
        f.write(some)
        for _ in range(9):
            f.write(some[24:])
    for name in ("big.pcapng", "big.pcap.zst"):
        if name in line.split():
            run(here, f"-i big.pcap -o {name} -s")
    limit = (32 << 20, 32 << 20)
    with (here / "big.pcap").open("rb") as f:
        run(here, line + " -s", stdin=f if "-i -" in line else subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, limit))


def ng_block(e, kind, body):
    body += bytes(-len(body) % 4)
    n = len(body) + 12
    return struct.pack(e + "II", kind, n) + body + struct.pack(e + "I", n)


def ng_options(e, *options):
    out = b"".join(struct.pack(e + "HH", code, len(v)) + v + bytes(-len(v) % 4) for code, v in options)
    return out + (bytes(4) if options else b"")


def ng_section(e, options, links, packets, stats=()):
    """A section: interfaces of these link types, packets (interface, second), statistics of some."""
    head = struct.pack(e + "IHHq", capture.BYTE_ORDER, 1, 0, -1)
    out = ng_block(e, capture.SHB, head + ng_options(e, *options))
    for name, link in links:
        out += ng_block(e, capture.IDB, struct.pack(e + "HHI", link, 0, 0) + ng_options(e, (2, name)))
    for iface, second in packets:
        us = second * 1000000
        head = struct.pack(e + "IIIII", iface, us >> 32, us & 0xffffffff, len(ARP), len(ARP))
        out += ng_block(e, capture.EPB, head + ARP)
    for iface in stats:
        received = ng_options(e, (4, struct.pack(e + "Q", 77)))
        out += ng_block(e, capture.ISB, struct.pack(e + "III", iface, 0, 9) + received)
    return out


def test_sections_keep_their_options(here):
    """A section that says something else stays a section of its own, with its interfaces and the
    statistics of those; one that says the same goes on. Numbers start again in each."""
    first, other = [(2, b"one machine"), (1, b"a remark")], [(2, b"another machine"), (4, b"some program")]
    file = here / "in.pcapng"
    file.write_bytes(ng_section("<", first, [(b"a", 1), (b"b", 101)], [(0, 1), (1, 2)]) +
                     ng_section("<", first, [(b"a", 1), (b"b", 101)], [(0, 3)]) +
                     ng_section(">", other, [(b"idle", 1), (b"c", 113)], [(1, 4)], [0, 1]) +
                     ng_section("<", [], [(b"d", 1)], [(0, 5)], [0]) +
                     ng_section("<", [], [(b"d", 1)], [(0, 6)]))
    out = here / "out.pcapng"
    run(here, "-i in.pcapng -o out.pcapng -s")
    got = capture.read(out)
    assert got.sections == [first, other, []]
    assert [(i.name, i.linktype) for i in got.ifaces] == \
        [("a", 1), ("b", 101), ("idle", 1), ("c", 113), ("d", 1)]
    assert [(p.ts_ns // 10**9, got.ifaces[p.iface].name, p.data) for p in got.packets] == \
        [(1, "a", ARP), (2, "b", ARP), (3, "a", ARP), (4, "c", ARP), (5, "d", ARP), (6, "d", ARP)]
    assert [(got.ifaces[s.iface].name, s.ifrecv) for s in got.stats] == [("idle", 77), ("c", 77), ("d", 77)]
    # What was written is read the same, and written the same again.
    again = here / "again.pcapng"
    run(here, "-i out.pcapng -o again.pcapng -s")
    assert again.read_bytes() == out.read_bytes()
    # A filter that leaves a section without a packet leaves the section.
    run(here, "-i in.pcapng -o out.pcapng -s --until 1970-01-01T00:00:04Z")
    got = capture.read(out)
    assert len(got.packets) == 3 and got.sections == [first, other, []]
