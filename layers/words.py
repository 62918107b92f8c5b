"""Figures of promises as people read them: qualifier, number, unit (conventions U2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from layers.style import number
from plans.model import Baseline, Target
from plans.vocabulary import label

_ENDINGS = re.compile(r" (District|County|City|City \(county-level\))$")
_MONEY = {
    "zh": (("亿元", 1e8), ("万元", 1e4), ("元", 1.0)),
    "en": (("bn yuan", 1e9), ("m yuan", 1e6), ("yuan", 1.0)),
}
_LENGTH = {"zh": (("公里", 1e3), ("米", 1.0)), "en": (("km", 1e3), ("m", 1.0))}
_AREA = {"zh": (("平方公里", 1e6), ("平方米", 1.0)), "en": (("km²", 1e6), ("m²", 1.0))}
_SCALED: dict[str, Mapping[str, tuple[tuple[str, float], ...]]] = {"yuan": _MONEY, "m": _LENGTH, "m2": _AREA}


def quantity(value: float | None, unit: str | None, lang: str, counter_zh: str | None = None) -> str:
    """Write a value with its unit: 50亿元, 200公里, 38,900个; money, lengths and areas in the reader's units."""
    if value is None:
        return number(None, lang)
    gap = "" if lang == "zh" else " "
    if unit in _SCALED:
        steps = _SCALED[unit][lang]
        name, step = next(((n, s) for n, s in steps if abs(value) >= s), steps[-1])
        return f"{_exact(value / step, lang)}{gap}{name}"
    if unit == "percent":
        return f"{_exact(value, lang)}%"
    if unit == "count" or unit is None:
        return f"{_exact(value, lang)}{counter_zh or ''}" if lang == "zh" else _exact(value, lang)
    if unit in {"PUE", "ratio"}:
        return _exact(value, lang)
    if unit in {"percentage_point", "year", "MW"}:
        return f"{_exact(value, lang)}{gap}{label('unit', unit, lang)}"
    return f"{_exact(value, lang)} {label('unit', unit, lang)}"


def _exact(value: float, lang: str) -> str:
    """Write every digit of a stated figure; 万 and 亿 only where they lose none."""
    for scale, word in ((1e8, "亿"), (1e4, "万")):
        if lang == "zh" and abs(value) >= scale * (1 if word == "亿" else 10):
            short = value / scale
            if round(short, 2) == short:
                return f"{_plain(short)}{word}"
    return _plain(value)


def _plain(value: float) -> str:
    text = f"{round(float(value), 6):,.6f}"
    return text.rstrip("0").rstrip(".")


def figure(item: Target | Baseline, lang: str) -> str:
    """Write the figure of a target or of a reported count with its qualifier; an unquantified target says so."""
    if item.value is None:
        return "未量化" if lang == "zh" else "no figure"
    counter = item.counter_zh if isinstance(item, Target) else None
    if counter and any(scale in counter for scale in "万亿千百"):
        counter = None  # 万个 belongs to the text's way of writing the number, not to ours
    text = quantity(item.value, item.unit, lang, counter)
    qualifier = "" if item.qualifier == "exact" else label("qualifier", item.qualifier, lang)
    aspires = isinstance(item, Target) and item.aspirational and item.qualifier != "aspirational"
    words = [label("qualifier", "aspirational", lang) if aspires else "", qualifier, text]
    return ("" if lang == "zh" else " ").join(w for w in words if w)


def deadline(target: Target, lang: str) -> str:
    """Write the deadline, and say when it is inferred or not stated."""
    if target.deadline_year is None:
        return label("deadline_basis", "none", lang)
    year = f"{target.deadline_year}年" if lang == "zh" else str(target.deadline_year)
    if target.deadline_basis == "stated":
        return year
    basis = label("deadline_basis", target.deadline_basis, lang)
    return f"{year}\uff08{basis}\uff09" if lang == "zh" else f"{year} ({basis})"


def accuracy(metres: float | None, lang: str) -> str:
    """Write how far a position may be off."""
    if metres is None or metres != metres:
        return "—"
    if metres >= 1000:
        return f"±{number(metres / 1000, lang)} {'公里' if lang == 'zh' else 'km'}"
    return f"±{number(metres, lang)} {'米' if lang == 'zh' else 'm'}"


def rate(value: float | None, lang: str) -> str:
    """Write a rate such as units per 10,000 people: three digits that count below 1, so that little is not nothing."""
    if value is None or value != value or value == 0 or abs(value) >= 1:
        return number(value, lang)
    return f"{float(f'{value:.3g}'):.12f}".rstrip("0")


def share(value: float | None) -> str:
    """Write a fraction as a percentage, without rounding what is not all up to all."""
    if value is None or value != value:
        return "—"
    percent = value * 100
    digits = 1 if abs(percent) >= 1 else 2 if abs(percent) >= 0.01 or percent == 0 else 3
    text = f"{percent:.{digits}f}"
    if value < 1 and float(text) >= 100:
        text = f"{percent:.3f}" if float(f"{percent:.3f}") < 100 else "<100"
    return f"{text}%"


def short_name(name: str) -> str:
    """Return an English name without District, County or City, as a map writes it."""
    return _ENDINGS.sub("", name)
