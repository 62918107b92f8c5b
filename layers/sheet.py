"""A map sheet to print and to circulate: A3, PDF or PNG, with everything that a Chinese planning map says of itself.

Title, legend, scale bar and scale, north, datum and projection, notices, sources, 编制单位, date, version, status,
密级, and the review number (审图号) or the words that stand in its place.
"""

from __future__ import annotations

import io
import textwrap
import unicodedata
from datetime import UTC, datetime
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from layers import fonts, paper
from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import printed
from layers.style import number
from layers.words import rate

SIZE_MM = (420.0, 297.0)
DPI = 200
_MM = 1 / 25.4
_MARGIN, _COLUMN, _HEAD = 12.0, 92.0, 24.0
_INSET = (105.0, 84.0)
_RED = "#a8201a"
#: Marks that never begin a line.
_CLOSING = "、。》”’,.;:!?)]\uff0c\uff1b\uff1a\uff01\uff1f\uff09"

Format = Literal["pdf", "png"]


def draw(mapped: Mapped, imprint: Imprint, format: Format, lang: str = "zh", dpi: int = DPI) -> bytes:
    """Return the sheet as a PDF or PNG file.

    Without a Chinese typeface on the machine the sheet is in English and says why. The same content and imprint give
    the same bytes.
    """
    shown = fonts.language_for(lang)
    with fonts.in_use():
        figure = _figure(mapped, imprint, shown, warn=shown != lang)
        out = io.BytesIO()
        if format == "png":
            figure.savefig(out, format="png", dpi=dpi, metadata={"Software": "infraplan"})
        else:
            made = datetime.combine(imprint.day, datetime.min.time(), UTC)
            about = {"Title": mapped.title(shown), "Author": imprint.author, "Creator": "infraplan",
                     "Producer": "infraplan", "CreationDate": made, "ModDate": made}  # fmt: skip
            figure.savefig(out, format="pdf", dpi=300, metadata=about)
        return out.getvalue()


def _figure(mapped: Mapped, imprint: Imprint, lang: str, warn: bool) -> Figure:
    width, height = SIZE_MM
    figure = Figure(figsize=(width * _MM, height * _MM), facecolor="white")
    FigureCanvasAgg(figure)
    box = (_MARGIN, _MARGIN, width - 2 * _MARGIN - _COLUMN - 4, height - 2 * _MARGIN - _HEAD)
    axes = figure.add_axes(_share(box))
    frame = paper.frame_for(mapped.region, box[2:])
    paper.begin(axes, frame)
    wet = paper.ground(axes, frame, mapped.region)
    if mapped.cells is not None:
        paper.cells(axes, frame, mapped.cells)
        _close_up(figure, axes, frame, mapped, lang, box)
    families = []
    paper.outlines(axes, frame, mapped.outlines, lang, size=10)
    if mapped.cells is None and mapped.projects is not None:
        families = paper.points(axes, frame, mapped.projects, size=52, numbered=True)
    paper.scale_bar(axes, frame, lang)
    paper.north_arrow(axes, (0.955, 0.9))
    _head(figure, mapped, imprint, lang)
    left = width - _MARGIN - _COLUMN
    top = _legend(figure, mapped, families, lang, left, height - _MARGIN - _HEAD, wet)
    top = _table(figure, mapped, lang, left, top - 4)
    scale = round(frame.width / box[2] * 1000)
    _column(figure, mapped, imprint, lang, left, top - 4, _datum_lines(frame, scale, lang), warn)
    return figure


def _close_up(
    figure: Figure,
    axes: Axes,
    frame: paper.Frame,
    mapped: Mapped,
    lang: str,
    box: tuple[float, float, float, float],
) -> None:
    """Draw cells that are lost in their region once more, larger, in the corner at the right below."""
    assert mapped.cells is not None
    inner = paper.close_up(frame, mapped.cells, _INSET)
    if inner is None:
        return
    paper.mark(axes, inner)
    left, bottom = box[0] + box[2] - _INSET[0] - 3, box[1] + 3
    inset = figure.add_axes(_share((left, bottom, *_INSET)), zorder=5)
    paper.begin(inset, inner)
    paper.ground(inset, inner, mapped.region)
    paper.cells(inset, inner, mapped.cells)
    paper.scale_bar(inset, inner, lang, marks=(0, 1))
    said = "局部放大" if lang == "zh" else "close-up"
    inset.text(0.03, 0.97, said, transform=inset.transAxes, va="top", fontsize=9, color=_RED, zorder=13)


def _index(mapped: Mapped, lang: str) -> list[tuple[str, list[str]]]:
    """Return the list of the numbered projects; nothing for a scenario."""
    if mapped.cells is not None or mapped.projects is None:
        return []
    names = mapped.projects.frame[f"name_{lang}"]
    listed = [f"{number} {name}" for number, name in enumerate(names, start=1)]
    return [("项目" if lang == "zh" else "Projects", [(";" if lang == "zh" else "; ").join(listed)])]


def _head(figure: Figure, mapped: Mapped, imprint: Imprint, lang: str) -> None:
    width, height = SIZE_MM
    title = printed(mapped.title(lang), lang)
    size = 24.0 if _width(title) <= 60 else 24 * 60 / _width(title)
    _text(figure, _MARGIN, height - _MARGIN - 9, title, size, weight="bold", va="center")
    _text(figure, _MARGIN, height - _MARGIN - 19, printed(imprint.review(lang), lang), 11, _RED, va="center")
    status = imprint.status_text(lang)
    right = width - _MARGIN
    figure.add_artist(
        Rectangle(
            _point(right - 40, height - _MARGIN - 14), 40 / width, 12 / height, transform=figure.transFigure,
            fill=False, edgecolor=_RED, lw=1.4,
        )
    )  # fmt: skip
    _text(figure, right - 20, height - _MARGIN - 8, status, 15, _RED, ha="center", va="center", weight="bold")
    if imprint.security:
        _text(
            figure,
            right - 44,
            height - _MARGIN - 8,
            imprint.security,
            15,
            ha="right",
            va="center",
            weight="bold",
        )


def _legend(
    figure: Figure, mapped: Mapped, families: list, lang: str, left: float, top: float, wet: bool
) -> float:  # lowest edge of the legend, in mm from below
    handles: list[Patch | Line2D] = []
    layer = mapped.cells
    heading = "图例" if lang == "zh" else "Legend"
    if layer is not None and layer.scale is not None:
        heading = printed(layer.scale.label(lang), lang)
        for colour, label in zip(layer.scale.colours, layer.scale.class_labels(lang), strict=True):
            handles.append(Patch(facecolor=colour, edgecolor=paper.EDGE, lw=0.5, label=label))
    for family in families:
        handles.append(
            Line2D(
                [], [], marker="o", ls="", ms=6.5, mfc=family.colour, mec="white", label=family.label(lang)
            )
        )
    if families:
        said = "位置精度" if lang == "zh" else "accuracy of position"
        handles.append(
            Line2D([], [], marker="o", ls="", ms=10, mfc="none", mec=paper.QUIET, mew=0.6, label=said)
        )
        said = printed("示意连线(非线位)", lang) if lang == "zh" else "schematic link, no alignment"
        handles.append(Line2D([], [], color=paper.QUIET, ls=(0, (5, 4)), label=said))
    for words, face in (
        (("区县界", "district boundary"), paper.LAND),
        (("区域以外", "outside the region"), paper.LAND_OUTSIDE),
        *([(("水域", "water"), paper.WATER)] if wet else []),
    ):
        handles.append(Patch(facecolor=face, edgecolor=paper.LINE, lw=0.8, label=words[lang != "zh"]))
    columns = 2 if len(handles) > 7 else 1
    legend = figure.legend(
        handles=handles, title=heading, loc="upper left", bbox_to_anchor=_point(left, top), ncols=columns, fontsize=9,
        title_fontsize=10.5, frameon=False, borderaxespad=0, borderpad=0, alignment="left", columnspacing=1.2,
    )  # fmt: skip
    figure.canvas.draw()
    found = legend.get_window_extent().transformed(figure.transFigure.inverted())
    return float(found.y0) * SIZE_MM[1]


def _table(figure: Figure, mapped: Mapped, lang: str, left: float, top: float) -> float:
    """Write the districts' figures as a narrow table, the sum last; nothing for a plan."""
    if mapped.cells is None:
        return top
    frame = mapped.districts.frame
    zh = lang == "zh"
    heads = (
        (printed("区(考核单元)", lang), "测算数量", "每万人")
        if zh
        else ("District", "Computed", "Per 10,000"),
    )
    rows = [
        (str(r[f"name_{lang}"]), number(r["allocated"], "en"), rate(r["per_10k"], lang))
        for r in frame.to_dict("records")
    ]
    total, people = int(frame["allocated"].sum()), int(frame["population"].sum())
    last = ("合计" if zh else "Total", number(total, "en"), rate(total / people * 1e4, lang))
    step, y = 4.6, top
    for i, row in enumerate([*heads, *rows, last]):
        bold = "bold" if i in (0, len(rows) + 1) else "normal"
        _text(figure, left, y - 1, row[0], 9, weight=bold, va="top")
        _text(figure, left + 66, y - 1, row[1], 9, ha="right", weight=bold, va="top")
        _text(figure, left + _COLUMN, y - 1, row[2], 9, ha="right", weight=bold, va="top")
        y -= step
        if i in (0, len(rows)):
            _rule(figure, left, y + 0.2)
    return y


def _column(
    figure: Figure,
    mapped: Mapped,
    imprint: Imprint,
    lang: str,
    left: float,
    top: float,
    datum: list[str],
    warn: bool,
) -> None:
    """Write imprint, datum, notices and sources downward; shrink the type when they would not fit."""
    zh = lang == "zh"
    blocks: list[tuple[str, list[str]]] = [
        ("", [f"{label}{':' if zh else ': '}{text}" for label, text in imprint.rows(lang)]),
        ("坐标" if zh else "Coordinates", datum),
        *_index(mapped, lang),
        ("说明" if zh else "Notes", [*mapped.notices(lang), *([fonts.NONE[1]] if warn else [])]),
        ("数据来源" if zh else "Sources", [("; " if not zh else ";").join(mapped.attributions)]),
    ]
    for size in (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0):
        lines = _lines([(h, [printed(t, lang) for t in texts]) for h, texts in blocks], size)
        height = sum(_leading(size) * (1.25 if bold else 1) for _, bold in lines)
        if height <= top - _MARGIN or size == 5.0:
            break
    y = top
    for text, bold in lines:
        y -= _leading(size) * (1.25 if bold else 1)
        _text(figure, left, y, text, size, weight="bold" if bold else "normal")


def _lines(blocks: list[tuple[str, list[str]]], size: float) -> list[tuple[str, bool]]:
    wide = int(_COLUMN / (size * 0.3528) * 2)  # a Chinese character is as wide as the type is high
    found: list[tuple[str, bool]] = []
    for heading, texts in blocks:
        found += [(heading, True)] if heading else []
        found += [(line, False) for text in texts for line in wrapped(text, wide)]
    return found


def _datum_lines(frame: paper.Frame, scale: int, lang: str) -> list[str]:
    zone = frame.zone
    if lang == "zh":
        return [
            f"CGCS2000 3度带高斯-克吕格投影,中央经线{zone.central_meridian}°(EPSG:{zone.epsg})",
            f"比例尺 1:{scale:,}(A3 原大打印时);缩放后以线段比例尺为准",
        ]
    return [
        f"{zone.name} (EPSG:{zone.epsg})",
        f"1:{scale:,} when printed on A3; the scale bar holds at any size",
    ]


def wrapped(text: str, wide: int) -> list[str]:
    """Break a text into lines of at most ``wide`` half-widths: a Chinese character takes two and may end any line.

    >>> wrapped("人口为模型推算 by cell", 10)
    ['人口为模型', '推算 by', 'cell']
    """
    lines: list[str] = []
    line, taken = "", 0
    for word in _words(text):
        size = _width(word)
        if taken + size > wide and line.strip():
            lines.append(line.rstrip())
            line, taken = "", 0
            word = word.lstrip()
            size = _width(word)
        if size > wide:
            pieces = textwrap.wrap(word, wide)
            lines += pieces[:-1]
            word = pieces[-1]
            size = _width(word)
        line, taken = line + word, taken + size
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> list[str]:
    """Cut a text where a line may end: after a space, and before a wide character that is no closing mark."""
    words: list[str] = [""]
    for character in text:
        last = words[-1][-1:]
        may_end = last == " " or (last and _is_wide(last)) or _is_wide(character)
        if may_end and character not in _CLOSING:
            words.append(character)
        else:
            words[-1] += character
    return [word for word in words if word]


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(text: str) -> int:
    return sum(2 if _is_wide(c) else 1 for c in text)


def _leading(size: float) -> float:
    return size * 0.3528 * 1.45


def _rule(figure: Figure, left: float, y: float) -> None:
    (x0, level), (x1, _) = _point(left, y), _point(left + _COLUMN, y)
    figure.add_artist(
        Line2D([x0, x1], [level, level], transform=figure.transFigure, color=paper.LINE, lw=0.6)
    )


def _point(x: float, y: float) -> tuple[float, float]:
    return x / SIZE_MM[0], y / SIZE_MM[1]


def _share(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0] / SIZE_MM[0], box[1] / SIZE_MM[1], box[2] / SIZE_MM[0], box[3] / SIZE_MM[1]


def _text(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str = paper.INK,
    ha: str = "left",
    va: str = "baseline",
    weight: str = "normal",
) -> None:
    figure.text(
        *_point(x, y),
        fonts.drawable(text),
        fontsize=size,
        color=colour,
        ha=ha,
        va=va,
        fontweight=weight,
        parse_math=False,
    )
