"""The pictures of the documentation, ``docs/images/*.svg``: ``python -m tests.figures`` draws them.

They take the colours of the page they are on, light or dark: a picture is told by the ``color-scheme`` around it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images"

_STYLE: Final = """\
text{font:13px system-ui,sans-serif;fill:#24292f;text-anchor:middle}
.code{font-family:ui-monospace,monospace;font-size:12px}
.small{font-size:12px;fill:#59636e}
.left{text-anchor:start}
.cell{fill:#fff;stroke:#8c959f}
.box{fill:#f6f8fa;stroke:#8c959f}
.frame{fill:none;stroke-width:3}
.arrow{stroke:#59636e;stroke-width:1.5;fill:none;marker-end:url(#tip)}
.tip{fill:#59636e}
.blue{fill:#b6d4fe}.orange{fill:#ffd8a8}.green{fill:#b8e6c1}.violet{fill:#dccbf7}
.frame.blue{fill:none;stroke:#0969da}.frame.orange{fill:none;stroke:#d9660a}
@media (prefers-color-scheme:dark){
text{fill:#e6e8eb}
.small{fill:#a0a8b3}
.cell{fill:#262a33;stroke:#6b7480}
.box{fill:#2b303b;stroke:#6b7480}
.arrow{stroke:#a0a8b3}
.tip{fill:#a0a8b3}
.blue{fill:#1f4b85}.orange{fill:#7a4310}.green{fill:#1f5c34}.violet{fill:#4e3a80}
.frame.blue{stroke:#6cb0ff}.frame.orange{stroke:#ffa657}
}"""

_TIP: Final = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="tip" d="M0 0 8 4 0 8z"/></marker>'
)

Fill = Callable[[int, int], str]
Write = Callable[[int, int], object]


def nothing(row: int, column: int) -> str:
    """No colour, or no text, in that cell."""
    return ""


class Drawing:
    """A picture, drawn piece by piece; lengths are pixels."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self.parts: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "") -> None:
        """Words around *x*, on the line *y*."""
        safe = words.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(f'<text x="{x:g}" y="{y:g}"{_class(kind)}>{safe}</text>')

    def box(self, x: float, y: float, width: float, height: float, *lines: str, kind: str = "box") -> None:
        """A box with lines of text in its middle."""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"{_class(kind)}/>')
        for number, line in enumerate(lines):
            self.text(x + width / 2, y + height / 2 + 5 + 18 * (number - (len(lines) - 1) / 2), line, "code")

    def frame(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A line around something."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="2" class="frame {colour}"/>'
        )

    def arrow(self, *points: tuple[float, float]) -> None:
        """A line along these points."""
        path = " ".join(f"{x:g} {y:g}" for x, y in points)
        self.parts.append(f'<path d="M{path}" class="arrow"/>')

    def grid(
        self, x: float, y: float, rows: int, columns: int, size: int, write: Write = nothing, fill: Fill = nothing
    ) -> None:
        """Cells of *size* by *size*, what is written in each, and its colour."""
        for row, column in itertools.product(range(rows), range(columns)):
            left, top = x + column * size, y + row * size
            self.parts.append(
                f'<rect x="{left:g}" y="{top:g}" width="{size}" height="{size}"{_class(f"cell {fill(row, column)}")}/>'
            )
            if written := str(write(row, column)):
                self.text(left + size / 2, top + size / 2 + 4.5, written, "code")

    def __str__(self) -> str:
        body = "\n".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-label="{self.title}">\n'
            f"<title>{self.title}</title>\n<style>{_STYLE}</style>\n<defs>{_TIP}</defs>\n{body}\n</svg>\n"
        )


def _class(kind: str) -> str:
    return f' class="{kind.strip()}"' if kind.strip() else ""


SIDE, KERNEL, OUT = 4, 3, 2
"""The example: an image of 4x4 pixels, windows of 3x3, so 2x2 of them."""


def pixel(row: int, column: int) -> int:
    """The number in an image: pixels are counted."""
    return row * SIDE + column


def element(window: int, place: int) -> int:
    """The pixel at a *place* of a *window*: both are counted row by row."""
    (top, left), (down, right) = divmod(window, OUT), divmod(place, KERNEL)
    return pixel(top + down, left + right)


def im2col() -> Drawing:
    """Windows become rows."""
    drawing = Drawing(
        760, 262, "The windows of an image become the rows of a matrix, which is multiplied by the filters"
    )
    drawing.text(94, 24, "image, 4x4")
    drawing.grid(30, 40, SIDE, SIDE, 32, pixel)
    drawing.frame(30, 40, 96, 96, "blue")
    drawing.frame(62, 72, 96, 96, "orange")
    drawing.text(94, 196, "windows of 3x3: the first", "small")
    drawing.text(94, 213, "and the last of four", "small")
    drawing.arrow((172, 104), (214, 104))
    drawing.text(347, 24, "windows, 4 x 9")
    drawing.grid(222, 40, 4, 9, 28, element, lambda row, _: {0: "blue", 3: "orange"}.get(row, ""))
    drawing.text(347, 176, "each window is a row", "small")
    drawing.text(497, 101, "times")
    drawing.text(542, 24, "filters, 9 x 2")
    drawing.grid(520, 40, 9, 2, 22, fill=lambda _, column: ("green", "violet")[column])
    drawing.text(542, 256, "each filter is a column", "small")
    drawing.text(592, 101, "=")
    drawing.text(665, 24, "output, 4 x 2")
    colours = {0: "blue", 3: "orange"}
    drawing.grid(637, 40, 4, 2, 28, lambda row, column: "yz"[column] + "₀₁₂₃"[row], lambda row, _: colours.get(row, ""))
    drawing.text(665, 176, "2x2 pixels,", "small")
    drawing.text(665, 193, "2 channels", "small")
    return drawing


def slices() -> Drawing:
    """How the windows are copied: a column at a time, each a slice of the image."""
    drawing = Drawing(760, 216, "Each place of the kernel is a slice of the image, and a column of the windows")
    places = {1: ("blue", "x[0:2, 1:3]", 30), 8: ("orange", "x[2:4, 2:4]", 576)}
    for place, (colour, code, x) in places.items():
        down, right = divmod(place, KERNEL)
        inside = {pixel(down + row, right + column) for row in range(OUT) for column in range(OUT)}
        drawing.grid(x, 40, SIDE, SIDE, 32, pixel, _colouring(dict.fromkeys(inside, colour)))
        drawing.text(x + 64, 24, code, "code")
        drawing.text(x + 64, 192, f"place ({down}, {right}) of the kernel", "small")
    drawing.text(367, 24, "windows, 4 x 9")
    drawing.grid(241, 56, 4, 9, 28, element, lambda _, column: {1: "blue", 8: "orange"}.get(column, ""))
    drawing.arrow((166, 104), (220, 104), (220, 182), (283, 182), (283, 172))
    drawing.arrow((568, 104), (520, 104), (520, 182), (479, 182), (479, 172))
    drawing.text(367, 206, "nine slices fill nine columns", "small")
    return drawing


def col2im() -> Drawing:
    """The way back: what slices were copied to is added to them."""
    drawing = Drawing(760, 224, "The gradients of the windows are added up to the gradient of the image")
    drawing.text(156, 24, "gradient of the windows, 4 x 9")
    drawing.grid(30, 40, 4, 9, 28, element, lambda row, column: "blue" if element(row, column) == 5 else "")
    drawing.text(156, 176, "pixel 5 is in all four windows,", "small")
    drawing.text(156, 193, "at another place in each", "small")
    drawing.arrow((292, 96), (370, 96))
    drawing.text(331, 84, "+=", "code")
    drawing.text(331, 118, "nine slices", "small")
    drawing.text(442, 24, "gradient of the image")
    drawing.grid(378, 40, SIDE, SIDE, 32, pixel, _colouring({5: "blue"}))
    drawing.text(442, 192, "each pixel is a sum", "small")
    drawing.text(630, 24, "of so many numbers")
    counts = [sum(element(w, p) == n for w in range(4) for p in range(9)) for n in range(SIDE * SIDE)]
    often = _colouring({n: {4: "green", 2: "violet"}.get(count, "") for n, count in enumerate(counts)})
    drawing.grid(566, 40, SIDE, SIDE, 32, lambda row, column: counts[pixel(row, column)], often)
    drawing.text(630, 192, "36 in all, as windows have", "small")
    return drawing


def _colouring(pixels: Mapping[int, str]) -> Fill:
    """The colours of the pixels of the image; others have none."""
    return lambda row, column: pixels.get(pixel(row, column), "")


def winograd() -> Drawing:
    """F(2x2, 3x3): one tile."""
    drawing = Drawing(
        760, 300, "Winograd's algorithm: a tile and the filter are transformed, multiplied, transformed back"
    )
    drawing.text(80, 22, "4x4 pixels")
    drawing.grid(36, 34, 4, 4, 22, fill=lambda *_: "blue")
    drawing.text(80, 172, "filter, 3x3")
    drawing.grid(47, 184, 3, 3, 22, fill=lambda *_: "orange")
    drawing.arrow((136, 78), (238, 78))
    drawing.text(187, 68, "Bᵀ x B", "code")
    drawing.text(187, 98, "sums only", "small")
    drawing.arrow((125, 217), (238, 217))
    drawing.text(181, 207, "G w Gᵀ", "code")
    drawing.text(181, 237, "once a step", "small")
    drawing.text(290, 22, "16 points")
    drawing.grid(246, 34, 4, 4, 22, fill=lambda *_: "blue")
    drawing.text(290, 162, "16 points")
    drawing.grid(246, 174, 4, 4, 22, fill=lambda *_: "orange")
    drawing.arrow((344, 78), (392, 78), (392, 136), (414, 136))
    drawing.arrow((344, 217), (392, 217), (392, 156), (414, 156))
    drawing.box(422, 120, 96, 52, "16", "products", kind="cell green")
    drawing.text(470, 194, "point by point,", "small")
    drawing.text(470, 211, "summed over channels", "small")
    drawing.arrow((524, 146), (632, 146))
    drawing.text(578, 136, "Aᵀ m A", "code")
    drawing.text(578, 166, "sums only", "small")
    drawing.text(664, 110, "2x2 outputs")
    drawing.grid(642, 124, 2, 2, 22, fill=lambda *_: "violet")
    drawing.text(664, 190, "straight: 4 windows", "small")
    drawing.text(664, 207, "of 9 are 36 products", "small")
    return drawing


def asked_twice() -> Drawing:
    """One rule, and who asks it."""
    drawing = Drawing(760, 236, "One rule, asked by mypy with names and by the running program with numbers")
    for y, who, given, answer in (
        (24, "mypy", "[B, 3, H, W]", "[B, 16, (H+1)//2, (W+1)//2]"),
        (158, "the program", "[32, 3, 64, 65]", "[32, 16, 32, 33]"),
    ):
        colour = "blue" if who == "mypy" else "orange"
        drawing.text(20, y + 2, who, "left")
        drawing.box(20, y + 12, 150, 40, given, kind=f"cell {colour}")
        drawing.box(520, y + 12, 220, 40, answer, kind=f"cell {colour}")
        drawing.arrow((174, y + 32), (238, y + 32), (238, 104 if y < 100 else 136), (252, 104 if y < 100 else 136))
        drawing.arrow((436, 104 if y < 100 else 136), (478, 104 if y < 100 else 136), (478, y + 32), (514, y + 32))
    drawing.box(258, 84, 178, 72, "rules.Conv2d(3, 16, 3,", "stride=2, padding=1)")
    return drawing


DRAWINGS: Final[Mapping[str, Callable[[], Drawing]]] = {
    drawn.__name__: drawn for drawn in (asked_twice, im2col, slices, col2im, winograd)
}


def main() -> None:
    """Draw all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        (FOLDER / f"{name}.svg").write_text(str(draw()))


if __name__ == "__main__":
    main()
