# SPDX-License-Identifier: GPL-2.0-or-later
"""What netsniff prints for small captures, in every form, against files that were looked at.
tests/lib/golden_make.py writes them anew."""
import json
import pathlib

import pytest

from lib import golden_make

CAPTURES = sorted(pathlib.Path(__file__).parent.glob("*.pcap"))


@pytest.mark.parametrize("form", golden_make.FORMS)
@pytest.mark.parametrize("pcap", CAPTURES, ids=lambda p: p.stem)
def test_printed(pcap, form):
    assert golden_make.printed(pcap, form) == pcap.with_suffix("." + form).read_text()


@pytest.mark.parametrize("pcap", CAPTURES, ids=lambda p: p.stem)
def test_json_has_one_object_a_line_without_repeated_keys(pcap):
    def unique(pairs):
        keys = [k for k, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    for line in golden_make.printed(pcap, "json").splitlines():
        packet = json.loads(line, object_pairs_hook=unique)
        assert packet["caplen"] <= packet["len"]
        assert packet.get("cut", False) == (packet["caplen"] < packet["len"])


def test_there_are_captures():
    assert len(CAPTURES) >= 13
