# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen of ifpps (and ui/screen.h, ui/canvas.h below it) in tmux at 80x24 and 200x60: rendered
text, keys, sizes, monochrome."""
import re

import pytest
from lib.net import Net
from lib.tmux import Screen
from lib.where import program

IFPPS = program("ifpps")


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def open_screen(host, *args, **kw):
    return Screen([IFPPS, "-t", "100", *args], netns=host.netns, **kw)


@pytest.mark.parametrize("cols, rows, head", [
    (80, 24, r"^DEVICE\^ +STATE +RX bit/s +TX bit/s +RX pps +TX pps +ERR/s +DROP/s +HISTORY$"),
    (200, 60, r"^DEVICE\^ +STATE .* DROP/s +SIZE +LOAD +SPEED +HISTORY$")])
def test_the_table_fits(link, cols, rows, head):
    _, b = link
    with open_screen(b, cols=cols, rows=rows) as s:
        s.wait(head)
        s.wait(r"^eth0 +up +0 +0 +0 +0 +0 +0")
        lines = s.lines()
        assert len(lines) == rows and all(len(x) <= cols for x in lines)
        assert re.match(r"ifpps  \S+  \d\d:\d\d:\d\d  every 100 ms  2 devices  own cost", lines[0])
        assert lines[-1].startswith(" sorted by name   ?: keys")
        if cols == 200:
            s.wait(r"^eth0 .* 10\.0 G\b")
        s.keys("q")
        s.wait("ended with 0")


def test_packets_are_seen_exactly(link):
    a, b = link
    with open_screen(b, "eth0", cols=100, rows=30) as s:
        s.wait("^eth0: up, veth, mtu 1500")
        frame = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"
        a.run([program("trafgen"), "-o", "eth0", "-n", "54321", "-P", "1", frame], check=0)
        s.wait(r"^rx pkt .* 54,321$")
        s.wait(r"^rx bit .* 5,432,100$")
        s.wait_gone("line rate")
        s.keys("p")
        s.wait(r"^line rate: rx 0\.0 %  tx 0\.0 %   of 64-byte frames: rx 0\.0 %  tx 0\.0 %")
        s.wait(r"^ cpu\d+ \+")
        s.keys("b")
        s.wait(r"^rx byte .* 5,432,100$")
        s.keys("m")
        s.wait("^ median")
        s.keys("Escape")
        s.wait("^DEVICE")


def test_keys_sort_filter_columns_and_freeze(link):
    _, b = link
    b.ip("link", "add", "zz9", "type", "bridge")
    with open_screen(b) as s:
        s.wait("^zz9 +down")
        s.keys("/", "z", "z", "Enter")
        s.wait("1 of 3 rows, filter: zz")
        s.wait_gone("^eth0")
        s.keys("Escape")
        s.wait("^eth0")
        s.keys("r")
        s.wait(r"DEVICEv.*\nzz9 .*\nlo .*\neth0 ")
        s.keys(">")
        s.wait(r"STATE\^")
        s.keys("o", "Down", "Space", "Enter")
        s.wait_gone("STATE")
        s.keys("f")
        s.wait("FROZEN")
        s.keys("f")
        s.wait_gone("FROZEN")
        s.keys("?")
        s.wait("ifpps: keys")
        s.wait("choose the columns")
        s.keys("x")
        s.wait("^DEVICE")
        s.keys("Tab")
        s.wait("^CPU +usr")
        s.wait("context switches/s")
        s.keys("Tab")
        s.wait("^DEVICE")


def test_wireless_signal_of_a_recording(link, tmp_path):
    net = tmp_path / "proc/net"
    net.mkdir(parents=True)
    (net / "dev").write_text("a\nb\nwlan0: " + "1 " * 16 + "\n")
    (net / "wireless").write_text("a\nb\nwlan0: 0000   54.  -56.  -256  0 0\n")
    with open_screen(link[1], "--proc-root", tmp_path, "wlan0") as s:
        s.wait("^wireless: signal -56 dBm, link quality 54")


def test_queues_of_a_device(link):
    _, b = link
    with open_screen(b, "eth0") as s:
        s.wait("^eth0: up")
        s.keys("u")
        s.wait("^eth0: (queues without interrupts: the CPU that sends or receives serves them|"
               "the driver tells of no queue and no interrupt)")
        s.wait("^QUEUE +NAPI +IRQ MAY RUN ON +RUNS ON +IRQ/s +pkt/s +bit/s DROP/s")
        assert all(len(x) <= 80 for x in s.lines())
        s.keys("Escape")
        s.wait("^DEVICE")


def test_folds_virtual_noise(link):
    _, b = link
    b.ip("link", "add", "veth77", "type", "veth", "peer", "name", "x", "netns", link[0].netns)
    with open_screen(b) as s:
        s.wait(r"1 virtual ones folded \(v\)")
        s.wait_gone("^veth77")
        s.keys("v")
        s.wait("^veth77")


def test_sizes_change_and_may_be_tiny(link):
    _, b = link
    with open_screen(b) as s:
        s.wait("^DEVICE")
        s.resize(10, 3)
        s.wait("too small")
        s.resize(30, 8)
        s.wait("^eth0")
        s.resize(120, 40)
        s.wait("HISTORY")
        s.keys("q")
        s.wait("ended with 0")


def test_no_color_and_ascii(link):
    _, b = link
    with open_screen(b) as s:
        s.wait("^zzz|^eth0")
    with open_screen(b, "lo", env={"NO_COLOR": "1", "LC_ALL": "C"}) as s:
        s.wait("^lo: up")
        coloured = re.findall("\x1b\\[[0-9;]*m", s.text("-e"))
        assert not [x for x in coloured if re.search(r"[\[;](3[0-7]|4[0-7]|38|48)[;m]", x)]
        assert s.text().isascii()
    with open_screen(b, "lo", env={"TERM": "vt100"}) as s:
        s.wait("^lo: up")
    with open_screen(b, env={"TERM": "nonsense"}) as s:
        s.wait('the terminal "nonsense"')
        s.wait("ended with 1")


def test_colours_are_readable_on_light_and_dark(link):
    """No ground of its own but reverse video, and neither white, yellow, cyan nor black on it."""
    _, b = link
    for key in ("", "Enter", "d", "u", "Tab", "?"):
        with open_screen(b) as s:
            s.wait("^eth0")
            if key:
                s.keys("Down", key)
                s.wait_gone("^DEVICE")
            codes = {int(n) for m in re.findall("\x1b\\[([0-9;]*)m", s.text("-e"))
                     for n in m.split(";") if n}
            assert codes <= {0, 1, 7, 22, 27, 31, 32, 34, 35, 39, 49}, (key, codes)


def test_bad_columns_are_told(link):
    _, b = link
    with open_screen(b, "--columns", "name,nonsense") as s:
        s.wait('--columns: there is no column "nonsense"')
        s.wait("ended with 1")
    with open_screen(b, "--columns", "name,kind", "--sort", "-name") as s:
        s.wait(r"^DEVICEv +KIND\n")
    with open_screen(b, "-P") as s:
        s.wait(r"^DEVICE.* LOAD +LOAD64$")
        s.wait(r"^eth0 .* 0\.0 % +0\.0 %$")
