# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun's folder: keys are made once and kept from others, the lines of clients and servers are
read whole or refused with file and line."""
import base64
import json
import os
import subprocess

import pytest

from lib import noise
from lib.where import program

KEY = ":".join(["11"] * 32)
KEY2 = ":".join(["ab"] * 32)


def run(folder, *args, stdin=""):
    p = subprocess.run([program("curvetun"), "--dir", folder, *args], input=stdin, capture_output=True,
                       text=True, timeout=20)
    return p.returncode, p.stdout, p.stderr


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)


def secret_of(folder):
    return bytes.fromhex((folder / "priv.key").read_text().split()[1].replace(":", ""))


def test_keys_are_made_once_and_fit_each_other(tmp_path):
    f = tmp_path / "x"
    assert run(f, "-k", stdin="anna\n") == (0, "", "")
    rc, out, err = run(f, "-x")
    assert (rc, err) == (0, "")
    name, key = out.strip().split(";")
    assert name == "anna" and bytes.fromhex(key.replace(":", "")) == noise.public(secret_of(f))
    assert (f / "priv.key").stat().st_mode & 0o777 == 0o600
    assert f.stat().st_mode & 0o777 == 0o700
    old = secret_of(f)
    rc, _, err = run(f, "-k", "--user", "anna")
    assert rc == 1 and "priv.key exists" in err and secret_of(f) == old
    assert json.loads(run(f, "-x", "--json")[1]) == {"name": "anna", "key": key}


def test_two_makings_give_two_keys(tmp_path):
    for n in "ab":
        assert run(tmp_path / n, "-k", "--user", n)[0] == 0
    assert secret_of(tmp_path / "a") != secret_of(tmp_path / "b")


def test_keys_of_the_old_protocol_are_refused_and_replaced(tmp_path):
    write(tmp_path, "priv.key", os.urandom(32))
    write(tmp_path, "pub.key", os.urandom(32))
    write(tmp_path, "username", "anna\n")
    rc, _, err = run(tmp_path, "-x")
    assert rc == 1 and "old protocol: run curvetun -k" in err
    assert run(tmp_path, "-k", "--user", "anna")[0] == 0
    assert (tmp_path / "priv.key.old").exists()
    assert run(tmp_path, "-x")[0] == 0


def test_loose_permissions_are_refused(tmp_path):
    assert run(tmp_path, "-k", "--user", "anna")[0] == 0
    (tmp_path / "priv.key").chmod(0o640)
    rc, out, err = run(tmp_path, "-x")
    assert (rc, out) == (1, "") and "chmod 600" in err
    write(tmp_path, "clients", f"a;{KEY}\n")
    (tmp_path / "clients").chmod(0o644)
    assert run(tmp_path, "-C")[0] == 1


def test_clients_are_printed_as_they_are_understood(tmp_path):
    other = base64.b64encode(bytes.fromhex("ab" * 32)).decode()
    write(tmp_path, "clients", f"# all of us\nanna;{KEY}\n\n bert;{other};ip=10.0.0.2,fd00::/64 # two\n")
    assert run(tmp_path, "-C") == (0, f"anna;{KEY}\nbert;{KEY2};ip=10.0.0.2/32,fd00::/64\n", "")
    rows = [json.loads(line) for line in run(tmp_path, "-C", "--json")[1].splitlines()]
    assert rows[1] == {"name": "bert", "key": KEY2, "psk": False, "ip": ["10.0.0.2/32", "fd00::/64"]}


def test_a_shared_key_is_not_printed(tmp_path):
    write(tmp_path, "clients", f"anna;{KEY};psk={KEY2}\n")
    rc, out, _ = run(tmp_path, "-C")
    assert rc == 0 and "ab:ab" not in out and "psk=(hidden)" in out


def test_servers_are_printed_as_they_are_understood(tmp_path):
    write(tmp_path, "servers", f"home;192.0.2.1;6666;udp;{KEY}\n6;2001:db8::1;1;udp;{KEY};psk={KEY2}\n")
    rc, out, err = run(tmp_path, "-S")
    assert (rc, err) == (0, "")
    assert out.splitlines()[0] == f"home;192.0.2.1;6666;udp;{KEY}"


@pytest.mark.parametrize("name, line, word", [
    ("clients", "anna", "a client is"),
    ("clients", f";{KEY}", "not a name"),
    ("clients", f"anna b;{KEY}", "not a name"),
    ("clients", "anna;11:11", "a key is 32 bytes"),
    ("clients", f"anna;{KEY[:-1]}g", "a key is 32 bytes"),
    ("clients", f"anna;{KEY.replace(':', '-')}", "colon"),
    ("clients", f"anna;{KEY};what=1", "neither"),
    ("clients", f"anna;{KEY};ip=10.0.0.1/8", "behind its prefix"),
    ("clients", f"anna;{KEY};ip=10.0.0.0/33", "prefix length"),
    ("clients", f"anna;{KEY};ip=", "not a network"),
    ("clients", f"good;{KEY}", "there already"),
    ("clients", f"anna;{KEY2}", "same key"),
    ("clients", f"anna;{KEY};" + "x" * 3000, "too long"),
    ("clients", f"anna\0;{KEY}", "zero byte"),
    ("servers", f"home;h;0;udp;{KEY}", "port"),
    ("servers", f"home;h;1x;udp;{KEY}", "port"),
    ("servers", f"home;h;1;sctp;{KEY}", "carrier"),
    ("servers", f"home;;1;udp;{KEY}", "not a host"),
    ("servers", f"home;h;1;udp;{KEY};x=1", "psk=KEY"),
    ("servers", "home;h;1;udp", "a server is"),
])
def test_bad_lines_are_refused_with_file_and_line(tmp_path, name, line, word):
    good = f"good;{KEY2}" if name == "clients" else f"good;h;1;udp;{KEY2}"
    write(tmp_path, name, f"{good}\n# two\n{line}\n")
    rc, out, err = run(tmp_path, "-C" if name == "clients" else "-S")
    assert (rc, out) == (1, "") and f"{tmp_path}/{name}:3: " in err and word in err, err


@pytest.mark.parametrize("args", [(), ("-k", "-x"), ("-x", "--user", "a"), ("-k", "--json"), ("-x", "word")])
def test_what_does_not_go_together_is_bad_usage(tmp_path, args):
    rc, out, err = run(tmp_path, *args)
    assert (rc, out) == (2, "") and err.count("\n") == 1


@pytest.mark.parametrize("name", ["", "a b", "a;b", "#", "x" * 64, "é"])
def test_bad_names_are_refused(tmp_path, name):
    assert run(tmp_path / "x", "-k", stdin=name + "\n")[0] == 1
    assert not (tmp_path / "x" / "priv.key").exists()
