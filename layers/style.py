"""Classed, colour-blind-safe scales, and how numbers are written for people."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.punctuation import printed

#: ColorBrewer's YlGnBu (Apache-2.0), without its palest class: light to dark, safe for colour-blind readers.
SEQUENTIAL = ("#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
#: ColorBrewer's YlOrBr, for residents beside units.
POPULATION = ("#fff1c4", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#b84203", "#7a2504")
#: Samples of matplotlib's PuOr (Apache-2.0, after ColorBrewer): less .. more.
DIVERGING = ("#7f3b08", "#d07d2c", "#f7c88c", "#f2f2f2", "#bdb6d6", "#7a69a6", "#2d004b")
#: Those of them that a scale of three, five or seven classes takes.
_DIVERGING_OF = {3: DIVERGING[1::2], 5: DIVERGING[1:-1], 7: DIVERGING}
UNKNOWN = "#bdbdbd"
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Scale:
    """Classes over one column: class i holds ``breaks[i] <= value < breaks[i+1]``, the last one its upper end too."""

    field: str
    label_zh: str
    label_en: str
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    unit_zh: str = ""
    unit_en: str = ""

    def __post_init__(self) -> None:
        if len(self.breaks) != len(self.colours) + 1 or list(self.breaks) != sorted(self.breaks):
            raise ValueError("a scale needs ascending breaks, one more than its colours")

    def classify(self, values: ArrayLike) -> NDArray[np.int8]:
        """Return the class of each value; -1 where it is unknown."""
        array = np.asarray(values, dtype=float)
        inner = np.asarray(self.breaks[1:-1])
        classes = np.searchsorted(inner, array, side="right").astype(np.int8)
        return np.where(np.isnan(array), np.int8(-1), classes)

    def label(self, lang: str) -> str:
        """Return what the scale shows, with its unit, in ``lang``."""
        text, unit = (self.label_zh, self.unit_zh) if lang == "zh" else (self.label_en, self.unit_en)
        if not unit:
            return text
        return printed(f"{text}({unit})", "zh") if lang == "zh" else f"{text} ({unit})"

    def class_labels(self, lang: str) -> list[str]:
        """Return the words of each class for a legend; whole numbers as ranges that do not overlap.

        Ends that differ read differently: they get as many digits as that takes. Beside negative numbers a word parts
        the ends, no dash.
        """
        whole = all(float(b).is_integer() for b in self.breaks)
        last = len(self.colours) - 1
        ends = [
            (self.breaks[i], self.breaks[i + 1] - (1 if whole and i != last else 0)) for i in range(last + 1)
        ]
        more = _digits_to_tell_apart([end for pair in ends for end in pair], lang)
        between = "–" if self.breaks[0] >= 0 else "至" if lang == "zh" else "to"
        return [
            signed(number(low, lang, more))
            if high < low or _is_same(low, high)
            else f"{signed(number(low, lang, more))} {between} {signed(number(high, lang, more))}"
            for low, high in ends
        ]

    def signs(self) -> list[int]:
        """Return of each class whether it holds what is less than zero (-1), zero (0) or more (1)."""
        return [
            -1 if high <= 0 and low < 0 else 1 if low > 0 else 0
            for low, high in itertools.pairwise(self.breaks)
        ]


def sequential(
    values: ArrayLike,
    field: str,
    label: tuple[str, str],
    unit: tuple[str, str] = ("", ""),
    classes: int = 6,
    whole: bool = False,
    palette: Sequence[str] = SEQUENTIAL,
) -> Scale:
    """Make a scale whose classes hold about as many values each, at readable breaks.

    Parameters
    ----------
    values : array
        The values to be shown; unknown (NaN) are left out.
    whole : bool
        The values are counts: breaks are whole numbers. Where most counts are small, each small count is a class of
        its own (1, 2, 3, ...) and the last class holds the rest: quantiles would throw 1 and 2 together.
    """
    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    if array.size == 0:
        array = np.zeros(1)
    low, high = float(array.min()), float(array.max())
    if whole and np.quantile(array, 0.95) - low < classes:
        return _small_counts(low, high, field, label, unit, classes, palette)
    if whole and len(np.unique(np.quantile(array, np.linspace(0, 1, classes + 1)))) <= classes:
        return _skewed_counts(low, high, field, label, unit, classes, palette)
    inner = [_round_to(q, whole) for q in np.quantile(array, np.linspace(0, 1, classes + 1)[1:-1])]
    start = float(np.floor(low)) if whole else _floor_to(low)
    end = float(np.ceil(high)) if whole else _ceil_to(high)
    kept = sorted({b for b in inner if start < b < end or (whole and b == end and end > start)})
    breaks = (start, *kept, max(end, start + (1 if whole else 1e-9)) if not kept else max(end, kept[-1]))
    return Scale(
        field,
        *label,
        breaks=breaks,
        colours=_sample(palette, len(breaks) - 1),
        unit_zh=unit[0],
        unit_en=unit[1],
    )


def _skewed_counts(
    low: float,
    high: float,
    field: str,
    label: tuple[str, str],
    unit: tuple[str, str],
    classes: int,
    palette: Sequence[str],
) -> Scale:
    """Make classes for counts of which most are small and a few large: 1, 2, 3, then wider and wider."""
    singles = [low, low + 1, low + 2]
    wider = [float(np.round(v)) for v in np.geomspace(low + 3, max(high, low + 4), classes - 2)[:-1]]
    starts = sorted({*singles, *(_round_to(v, True) for v in wider if v > low + 2)})
    return Scale(
        field,
        *label,
        breaks=(*starts, max(high, starts[-1])),
        colours=_sample(palette, len(starts)),
        unit_zh=unit[0],
        unit_en=unit[1],
    )


def _small_counts(
    low: float,
    high: float,
    field: str,
    label: tuple[str, str],
    unit: tuple[str, str],
    classes: int,
    palette: Sequence[str],
) -> Scale:
    singles = [low + i for i in range(min(int(high - low) + 1, classes))]
    breaks = (*singles, max(high, singles[-1]))
    return Scale(
        field,
        *label,
        breaks=breaks,
        colours=_sample(palette, len(breaks) - 1),
        unit_zh=unit[0],
        unit_en=unit[1],
    )


def diverging(
    values: ArrayLike,
    field: str,
    label: tuple[str, str],
    unit: tuple[str, str] = ("", ""),
    whole: bool = False,
) -> Scale:
    """Make a scale symmetric about zero, for differences; of counts (``whole``) zero is a class of its own."""
    array = np.abs(np.asarray(values, dtype=float))
    array = array[np.isfinite(array)]
    if whole:
        top, starts = _sizes(array[array > 0])
        less, more = [1 - s for s in reversed(starts)], starts
        breaks: tuple[float, ...] = (-top, *less, 0.0, 1.0, *more, top)
    else:
        top = max(_ceil_to(float(array.max())) if array.size else 1.0, 1e-9)
        breaks = tuple((np.array([-1, -0.5, -0.2, -0.02, 0.02, 0.2, 0.5, 1]) * top).tolist())
    colours = _DIVERGING_OF[len(breaks) - 1]
    return Scale(field, *label, breaks=breaks, colours=colours, unit_zh=unit[0], unit_en=unit[1])


def _sizes(changed: NDArray[np.float64]) -> tuple[float, list[float]]:
    """Return the largest change, and where the classes above that of the smallest begin: never beyond what there is."""
    sizes = np.unique(changed)
    if sizes.size <= 3:  # one, two or three districts: a class for each
        return float(sizes.max(initial=1.0)), sizes[1:].tolist()
    asked = (float(np.quantile(changed, 0.5)) + 1, float(np.quantile(changed, 0.9)))
    top = float(sizes[-1])
    return top, sorted({s for s in (_round_to(a, True) for a in asked) if 1 < s <= top})


def number(value: float | None, lang: str, more: int = 0) -> str:
    """Write a number for people: 万 and 亿 in Chinese, thousands separators in English; unknown says so.

    ``more`` digits after the point than usual tell numbers apart that are near to each other.
    """
    if value is None or not np.isfinite(value):
        return "未知" if lang == "zh" else "unknown"
    # by what is read: 99,999,999 is 1亿, not 10,000万
    if lang == "zh" and _as_read(value / 1e4, more) >= 1e4:
        return f"{_trim(value / 1e8, more)}亿"
    if lang == "zh" and _as_read(value, more) >= 1e5:
        return f"{_trim(value / 1e4, more)}万"
    return _trim(value, more)


def signed(text: str) -> str:
    """Return a written number with a minus sign where it has a hyphen."""
    return f"\u2212{text[1:]}" if text.startswith("-") else text


def _as_read(value: float, more: int) -> float:
    return abs(float(_trim(value, more).replace(",", "")))


def _trim(value: float, more: int = 0) -> str:
    if float(value).is_integer():
        return f"{int(value):,}"
    if 0 < abs(value) < 0.1:  # a class from 0.0015 to 0.0021 is not "0 to 0"
        return f"{value:.{2 + more}g}" if abs(value) >= 1e-4 else f"{value:.{1 + more}e}"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    text = f"{value:,.{digits + more}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits_to_tell_apart(values: Sequence[float], lang: str) -> int:
    """Return how many more digits than usual it takes that numbers that differ read differently."""
    ordered = sorted(values)
    pairs = [(a, b) for a, b in itertools.pairwise(ordered) if not _is_same(a, b)]
    alike = (
        more
        for more in range(_MOST_DIGITS)
        if all(number(a, lang, more) != number(b, lang, more) for a, b in pairs)
    )
    return next(alike, _MOST_DIGITS)


def _is_same(a: float, b: float) -> bool:
    """Return whether two ends are one: a scale of a single value has a class of no width to speak of."""
    return a == b or max(a, b) == min(a, b) + 1e-9


def _magnitude(value: float, digits: int) -> float:
    return 10.0 ** (np.floor(np.log10(abs(value))) - digits + 1)


def _round_to(value: float, whole: bool) -> float:
    if value == 0:
        return 0.0
    if whole:
        step = max(1.0, float(_magnitude(value, 2)))
        return float(np.round(value / step) * step)
    step = float(_magnitude(value, 2))
    return float(np.round(np.round(value / step) * step, 12))


def _floor_to(value: float) -> float:
    return (
        0.0
        if value == 0
        else float(np.round(np.floor(value / _magnitude(value, 2)) * _magnitude(value, 2), 12))
    )


def _ceil_to(value: float) -> float:
    return (
        0.0
        if value == 0
        else float(np.round(np.ceil(value / _magnitude(value, 2)) * _magnitude(value, 2), 12))
    )


def _sample(colours: Sequence[str], n: int) -> tuple[str, ...]:
    """Return ``n`` colours spread evenly over the palette."""
    if n == 1:
        return (colours[len(colours) // 2],)
    return tuple(colours[round(i * (len(colours) - 1) / (n - 1))] for i in range(n))
