# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnels that tests/bench/tunnel compares: each between two network namespaces of its own,
joined by a veth pair; inside, the near end has 10.9.0.2 and the far end 10.9.0.1."""

import os
import subprocess
import time
from pathlib import Path

import lib

MTU = 1420
FAR, NEAR = "10.9.0.1", "10.9.0.2"


def _run(argv, **kw):
    return subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True, **kw).stdout


def _ip(*words):
    _run(["ip", *words])


class Tunnel:
    """with Tunnel(folder) as t: namespaces t.near and t.far, address t.to. Without a subclass:
    the bare veth pair."""

    name, to = "bare veth", "10.0.0.1"

    def __init__(self, folder):
        word = "".join(c for c in self.name if c.isalnum())
        self.near, self.far = (f"tb-{word}-{end}-{os.getpid()}" for end in "nf")
        self.folder = Path(folder) / word
        self.children = []

    def __enter__(self):
        try:
            self.folder.mkdir(mode=0o700)
            for n in (self.near, self.far):
                _ip("netns", "add", n)
                _ip("-n", n, "link", "set", "lo", "up")
            _ip("link", "add", "e0", "netns", self.near, "type", "veth", "peer", "name", "e0",
                "netns", self.far)
            for n, a in ((self.near, "10.0.0.2"), (self.far, "10.0.0.1")):
                _ip("-n", n, "addr", "add", a + "/24", "dev", "e0")
                _ip("-n", n, "link", "set", "e0", "up")
            self.set_up()
            self.wait()
        except subprocess.CalledProcessError as e:
            said = " / ".join(c.errors() + c.said() for c in self.children)
            self.__exit__()
            raise RuntimeError(f"{e.stderr.strip()}; it said: {said}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for c in self.children:
            c.kill()
        for n in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", n], check=False, capture_output=True)

    def set_up(self):
        """Starts both ends."""

    def start(self, ns, argv, **env):
        self.children.append(lib.Child(argv, netns=ns, cwd=self.folder,
                                       env={**os.environ, **env} if env else None))
        return self.children[-1]

    def address(self, dev_near, dev_far=None, mtu=MTU):
        """Waits for the devices and gives them addresses."""
        for ns, dev, addr in ((self.near, dev_near, NEAR), (self.far, dev_far or dev_near, FAR)):
            deadline = time.monotonic() + 10
            while subprocess.run(["ip", "-n", ns, "link", "show", dev], capture_output=True,
                                 check=False).returncode and time.monotonic() < deadline:
                time.sleep(0.05)
            _ip("-n", ns, "addr", "add", addr + "/24", "dev", dev)
            _ip("-n", ns, "link", "set", dev, "mtu", str(mtu), "up")

    def wait(self):
        for _ in range(30):
            if subprocess.run(["ip", "netns", "exec", self.near, "ping", "-c1", "-W1", self.to],
                              capture_output=True, check=False).returncode == 0:
                return
        raise RuntimeError(f"{self.name}: no way through: " +
                           " / ".join(c.errors() + c.said() for c in self.children))


class Ours(Tunnel):
    """curvetun with AES-256-GCM, as two ends with AES in hardware agree."""
    name, to = "curvetun AES", FAR
    carrier = "udp"

    def set_up(self):
        exe, env = lib.ours("curvetun"), self.environment()
        for who, user in (("s", "srv"), ("c", "anna")):
            _run([exe, "--dir", self.folder / who, "-k", "--user", user])
        line = {who: _run([exe, "--dir", self.folder / who, "-x"]).strip() for who in "sc"}
        (self.folder / "s" / "clients").write_text(f"{line['c']};ip={NEAR}\n")
        (self.folder / "c" / "servers").write_text(
            f"home;10.0.0.1;6666;{self.carrier};{line['s'].split(';')[1]};only\n")
        self.start(self.far, [exe, "--dir", self.folder / "s", "-s", "-p", "6666", "-D", "-V",
                              "--address", FAR + "/24"], **env)
        self.start(self.near, [exe, "--dir", self.folder / "c", "-c", "-D", "-V",
                               "--address", NEAR + "/24"], **env)

    def environment(self):
        return {}


class OursChaCha(Ours):
    """The same on a machine without AES: libsodium is made to say so, as there is no option."""
    name = "curvetun ChaCha20"

    def environment(self):
        so = self.folder / "noaes.so"
        _run(["cc", "-shared", "-fPIC", "-o", so, "-x", "c", "-"],
             input="int sodium_runtime_has_aesni(void) { return 0; }\n")
        return {"LD_PRELOAD": str(so)}


class OursTcp(Ours):
    """The same over TCP."""
    name, carrier = "curvetun AES over TCP", "tcp"


class WireGuardGo(Tunnel):
    name, to = "wireguard-go", FAR
    exe = "wireguard-go"

    def set_up(self):
        key = {e: _run(["wg", "genkey"]).strip() for e in "nf"}
        for e, k in key.items():
            (self.folder / e).write_text(k)
        pub = {e: _run(["wg", "pubkey"], input=k).strip() for e, k in key.items()}
        dev = {"n": f"wgn{os.getpid()}", "f": f"wgf{os.getpid()}"}
        for e, ns in (("f", self.far), ("n", self.near)):
            self.start(ns, ["wireguard-go", "-f", dev[e]])
        self.address(dev["n"], dev["f"])
        _run(["ip", "netns", "exec", self.far, "wg", "set", dev["f"], "listen-port", "5000",
              "private-key", self.folder / "f", "peer", pub["n"], "allowed-ips", NEAR + "/32"])
        _run(["ip", "netns", "exec", self.near, "wg", "set", dev["n"], "private-key", self.folder / "n",
              "peer", pub["f"], "allowed-ips", FAR + "/32", "endpoint", "10.0.0.1:5000"])


class Netsniffng(Tunnel):
    name, to = "netsniff-ng curvetun", FAR
    exe = "curvetun"

    def set_up(self):
        key = {}
        for e in "fn":
            (self.folder / e).mkdir()
            env = {**os.environ, "HOME": str(self.folder / e)}
            _run([lib.peer(self.exe), "-k"], env=env, input=f"user{e}\n")
            text = _run([lib.peer(self.exe), "-x"], env=env)
            key[e] = next(l.split(";")[1] for l in text.splitlines() if ";" in l)
        (self.folder / "f/.curvetun/clients").write_text(f"usern;{key['n']}\n")
        (self.folder / "n/.curvetun/servers").write_text(f"home;10.0.0.1;6666;udp;{key['f']}\n")
        self.begin("f", self.far, "-s -4 -u -p 6666 -D")
        time.sleep(1)
        self.begin("n", self.near, "-c -D")
        self.address("curvec0", "curves0")

    def begin(self, end, ns, options):
        """Its client looks for keys in root's home folder, whatever HOME says."""
        self.start(ns, ["unshare", "-m", "sh", "-c", f"mount --bind {self.folder}/{end} /root && "
                        f"HOME=/root exec {lib.peer(self.exe)} {options}"])


class Fastd(Tunnel):
    name, to = "fastd", FAR
    exe = "fastd"

    def set_up(self):
        keys = {}
        for e in "fn":
            text = _run([self.exe, "--generate-key"], cwd=self.folder).split()
            keys[e] = (text[text.index("Secret:") + 1], text[text.index("Public:") + 1])
        for e, other in ("fn", "nf"):
            remote = 'remote 10.0.0.1:5000;' if e == "n" else ""
            (self.folder / e).write_text(
                f'log level warn; mode tun; method "salsa2012+umac"; mtu {MTU};\n'
                f'interface "fd{e}"; bind 0.0.0.0:{5000 if e == "f" else 5001};\n'
                f'secret "{keys[e][0]}";\npeer "x" {{ key "{keys[other][1]}"; {remote} }}\n')
        for e, ns in (("f", self.far), ("n", self.near)):
            self.start(ns, [self.exe, "--config", self.folder / e])
        self.address("fdn", "fdf")


class Tinc(Tunnel):
    name, to = "tinc", FAR
    exe = "tincd"

    def set_up(self):
        for e in "fn":
            hosts = self.folder / e / "hosts"
            hosts.mkdir(parents=True)
            (self.folder / e / "tinc.conf").write_text(
                f"Name = {e}\nInterface = ti{e}\nProcessPriority = normal\n" +
                ("ConnectTo = f\n" if e == "n" else ""))
            (hosts / e).write_text(f"Subnet = {FAR if e == 'f' else NEAR}/32\n" +
                                   ("Address = 10.0.0.1\n" if e == "f" else ""))
            _run([self.exe, "-c", self.folder / e, "-K", "2048"], input="\n\n")
        for e, other in ("fn", "nf"):
            (self.folder / e / "hosts" / other).write_text(
                (self.folder / other / "hosts" / other).read_text())
        for e, ns in (("f", self.far), ("n", self.near)):
            self.start(ns, [self.exe, "-c", self.folder / e, "-D", f"--pidfile={self.folder}/{e}.pid"])
        self.address("tin", "tif")


ALL = (Tunnel, Ours, OursChaCha, OursTcp, WireGuardGo, Netsniffng, Fastd, Tinc)
