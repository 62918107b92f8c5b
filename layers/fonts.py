"""A typeface with Chinese characters for pictures made on this machine, or a plain statement that there is none."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib import font_manager

#: Simplified-Chinese faces of Linux, Windows and macOS, the better ones first.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "DengXian", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimSun", "STHeiti",
    "Noto Serif CJK SC", "Arial Unicode MS",
)  # fmt: skip
NONE = (
    "本机没有中文字体,图上文字改用英文;请安装 Noto Sans CJK SC、微软雅黑、苹方或黑体之一后重新生成",
    "this computer has no Chinese typeface, so the picture is labelled in English; install Noto Sans CJK SC, "
    "Microsoft YaHei, PingFang SC or SimHei and make it again",
)
_LATIN = "DejaVu Sans"


@functools.cache
def chinese() -> str | None:
    """Return the first family of ``FAMILIES`` that this machine has, None when it has none of them."""
    have = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in FAMILIES if name in have), None)


def language_for(lang: str) -> str:
    """Return the language in which a picture can be labelled: ``lang``, or English without a Chinese typeface."""
    return lang if lang != "zh" or chinese() else "en"


@contextmanager
def in_use() -> Iterator[None]:
    """Draw with the Chinese family first; characters it lacks come from matplotlib's own face, never as boxes."""
    family = chinese()
    settings = {
        "font.family": [*([family] if family else []), _LATIN],
        "axes.unicode_minus": False,
        "pdf.fonttype": 3,
        "svg.hashsalt": "infraplan",
    }
    with matplotlib.rc_context(settings):
        yield
