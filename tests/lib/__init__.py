# SPDX-License-Identifier: GPL-2.0-or-later
"""What our tests share: namespaces (net), programs (proc), conditions (wait), frames and senders
(send), strict readers of capture files (capture), other people's tools (tools), kernel features
(probe); and the parts of the test runner (pyrun, report, skips)."""
