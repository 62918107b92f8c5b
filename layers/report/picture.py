"""The map in a report: a picture made on this machine, with its own legend, scale and review words."""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from layers import fonts, paper
from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import chinese

WIDTH_MM, HEIGHT_MM = 170.0, 112.0
_LEGEND_MM = 42.0
_INSET_MM = (39.5, 46.0)
_MM = 1 / 25.4


def draw(mapped: Mapped, imprint: Imprint, lang: str, dpi: int = 200) -> bytes:
    """Return the map as PNG, ``WIDTH_MM`` by ``HEIGHT_MM``; the same content gives the same bytes."""
    shown = fonts.language_for(lang)
    with fonts.in_use():
        figure = Figure(figsize=(WIDTH_MM * _MM, HEIGHT_MM * _MM), facecolor="white")
        FigureCanvasAgg(figure)
        wide = WIDTH_MM - _LEGEND_MM
        axes = figure.add_axes((0.002, 0.003, wide / WIDTH_MM - 0.002, 0.994))
        frame = paper.frame_for(mapped.region, (wide, HEIGHT_MM), 0.02, at_round_scale=False)
        paper.begin(axes, frame)
        paper.ground(axes, frame, mapped.region)
        if mapped.cells is not None:
            paper.cells(axes, frame, mapped.cells)
            inner = paper.close_up(frame, mapped.cells, _INSET_MM)
            if inner is not None:
                paper.mark(axes, inner)
                _close_up(figure, mapped, inner, shown, wide)
        paper.outlines(axes, frame, mapped.outlines, shown, size=6.5)
        families = []
        if mapped.cells is None and mapped.projects is not None:
            families = paper.points(axes, frame, mapped.projects, size=14)
        paper.scale_bar(axes, frame, shown, marks=(0, 1))
        paper.north_arrow(axes, (0.95, 0.88), 0.06)
        _legend(figure, mapped, families, shown, wide / WIDTH_MM + 0.015)
        words = fonts.drawable(imprint.review(shown))
        figure.text(
            wide / WIDTH_MM + 0.015, 0.02, "\n".join(chinese(words).split("\uff0c")) if shown == "zh" else
            words.replace(", ", ",\n"), fontsize=7, color="#a8201a", va="bottom", linespacing=1.5,
        )  # fmt: skip
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=dpi, metadata={"Software": "infraplan"})
        return out.getvalue()


def _close_up(figure: Figure, mapped: Mapped, inner: paper.Frame, lang: str, wide: float) -> None:
    """Draw cells that are lost in their region once more, larger, beside the map."""
    assert mapped.cells is not None
    size = (_INSET_MM[0] / WIDTH_MM, _INSET_MM[1] / HEIGHT_MM)
    inset = figure.add_axes(((wide + 2) / WIDTH_MM, 0.16, *size))
    paper.begin(inset, inner)
    paper.ground(inset, inner, mapped.region)
    paper.cells(inset, inner, mapped.cells)
    paper.scale_bar(inset, inner, lang, marks=(0, 1))
    said = "局部放大" if lang == "zh" else "close-up"
    inset.text(0.03, 0.97, said, transform=inset.transAxes, va="top", fontsize=7, color="#a8201a", zorder=13)


def _legend(figure: Figure, mapped: Mapped, families: list, lang: str, left: float) -> None:
    handles: list[Patch | Line2D] = []
    title = "图例" if lang == "zh" else "Legend"
    scale = mapped.cells.scale if mapped.cells is not None else None
    if scale is not None:
        title = scale.label(lang)
        for colour, label in zip(scale.colours, scale.class_labels(lang), strict=True):
            handles.append(Patch(facecolor=colour, edgecolor=paper.EDGE, lw=0.5, label=label))
    for family in families:
        handles.append(
            Line2D([], [], marker="o", ls="", ms=5, mfc=family.colour, mec="white", label=family.label(lang))
        )
    figure.legend(
        handles=handles, title="\n".join(_halves(title)), loc="upper left", bbox_to_anchor=(left, 0.99), fontsize=7.5,
        title_fontsize=8, frameon=False, borderaxespad=0, borderpad=0, alignment="left",
    )  # fmt: skip


def _halves(title: str) -> list[str]:
    """Break a long English heading once."""
    words = title.split(" ")
    if len(title) < 24 or len(words) < 3:
        return [title]
    middle = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(title) / 2))
    return [" ".join(words[:middle]), " ".join(words[middle:])]
