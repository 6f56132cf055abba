# SPDX-License-Identifier: GPL-2.0-or-later
"""A curvetun server on host a and a client on host b of a pair: keys, files, both ends running."""
import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from lib.net import Net
from lib.probe import need
from lib.where import program

PORT = 6666
SERVER4, CLIENT4, SERVER6, CLIENT6 = "10.9.0.1", "10.9.0.2", "fd09::1", "fd09::2"
READY = r"curvetun: \S+ is up"


class Folder:
    """A folder of keys, made for the user 'name'."""

    def __init__(self, base, name):
        self.path = Path(base) / name
        subprocess.run([program("curvetun"), "--dir", self.path, "-k", "--user", name], check=True)
        line = subprocess.run([program("curvetun"), "--dir", self.path, "-x"], check=True,
                              capture_output=True, text=True).stdout
        self.name, self.key = line.strip().split(";")

    def write(self, name, *lines):
        path = self.path / name
        path.touch(mode=0o600)
        path.write_text("".join(line + "\n" for line in lines))


class Tunnel:
    """server and client are lib.proc.Proc once started. 'where' is the server's address."""

    def __init__(self, a, b, where="10.0.0.1", clients_more=f";ip={CLIENT4},{CLIENT6}", server_more="", carrier="udp"):
        self.a, self.b = a, b
        self.base = tempfile.mkdtemp(prefix="curvetun-test-")
        self.s, self.c = Folder(self.base, "srv"), Folder(self.base, "anna")
        self.s.write("clients", f"anna;{self.c.key}{clients_more}")
        self.c.write("servers", f"home;{where};{PORT};{carrier};{self.s.key}{server_more}")
        self.server = self.client = None
        self.program = [program("curvetun")]

    def start_server(self, *more):
        self.server = self.a.start([*self.program, "--dir", self.s.path, "-s", "-p", str(PORT), "-D", "-V",
                                    "--address", SERVER4 + "/24", "--address", SERVER6 + "/64", *more])
        self.server.wait_line(READY)
        return self.server

    def start_client(self, *more, wait="connected over UDP"):
        self.client = self.b.start([*self.program, "--dir", self.c.path, "-c", "-D", "-V",
                                    "--address", CLIENT4 + "/24", "--address", CLIENT6 + "/64", *more])
        self.client.wait_line(wait)
        return self.client

    def start(self):
        self.start_server()
        self.start_client()
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in (self.client, self.server):
            if p:
                p.kill()
        shutil.rmtree(self.base, ignore_errors=True)


@contextlib.contextmanager
def tunnel_of_a_pair():
    """A Tunnel between the two hosts of a pair of its own."""
    need("netns")
    with Net() as net:
        a, b = net.pair(ipv6=True)
        with Tunnel(a, b) as t:
            yield t
