# SPDX-License-Identifier: GPL-2.0-or-later
"""SVG bar charts of benchmark results, readable on light and on dark pages.

The chart has no background; colours change with prefers-color-scheme. Each bar carries its
value as text, so colour never carries meaning alone.

    chart.save("x.svg", "Title", [chart.Panel("CPU per packet, us", [("ours", 0.1, "0.10")])])
"""

import dataclasses
from html import escape
from pathlib import Path

WIDTH, LABEL, BAR, GAP, HEAD = 720, 150, 18, 6, 30
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 } .head { font-weight: 600 } .note { fill: #59636e }
.ours { fill: #0969da } .peer { fill: #8c959f } .axis { stroke: #8c959f }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .note { fill: #9198a1 } .ours { fill: #58a6ff } .peer { fill: #6e7681 }
}"""


@dataclasses.dataclass
class Panel:
    """One group of bars on one scale. 'bars': (name, value or None, text beside the bar)."""
    title: str
    bars: list
    ours: tuple = ("netsniff",)  # drawn in our colour: bars whose first word it is


def _panel(panel, top):
    largest = max((v for _, v, _ in panel.bars if v), default=1)
    room = WIDTH - LABEL - 190
    parts = [f'<text class="head" x="0" y="{top + 16}">{escape(panel.title)}</text>']
    y = top + HEAD - 4
    for name, value, text in panel.bars:
        kind = "ours" if name.split()[0] in panel.ours else "peer"
        length = 0 if not value else max(1.5, room * value / largest)
        middle = y + BAR - 5
        parts.append(f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{length:.1f}" '
                     f'height="{BAR}" rx="2"/>')
        parts.append(f'<text x="{LABEL + length + 6:.1f}" y="{middle}">{escape(text)}</text>')
        y += BAR + GAP
    parts.append(f'<line class="axis" x1="{LABEL}" y1="{top + HEAD - 8}" x2="{LABEL}" y2="{y}"/>')
    return parts, y + 10


def render(title, panels, note=""):
    """The chart as SVG text; 'note' is one line at the bottom (machine, kernel)."""
    parts, y = [f'<text class="title" x="0" y="20">{escape(title)}</text>'], 34
    for panel in panels:
        lines, y = _panel(panel, y)
        parts += lines
    if note:
        parts.append(f'<text class="note" x="0" y="{y + 12}">{escape(note)}</text>')
        y += 22
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" '
            f'role="img" aria-label="{escape(title)}"><style>{STYLE}</style>\n'
            + "\n".join(parts) + "\n</svg>\n")


def save(path, title, panels, note=""):
    """Writes the chart to 'path'."""
    Path(path).write_text(render(title, panels, note), encoding="utf-8")
