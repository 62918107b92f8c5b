"""A typeface with Chinese characters for pictures made on this machine, or a plain statement that there is none."""

from __future__ import annotations

import functools
import re
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
    "本机没有中文字体,图上文字改用英文,中文名称以 [...] 代替;请安装微软雅黑、苹方、黑体或 Noto Sans CJK SC 后重做",
    "this computer has no Chinese typeface, so the picture is in English; install Noto Sans CJK SC, "
    "Microsoft YaHei, PingFang SC or SimHei and make it again; Chinese names are left out as [...]",
)
_LATIN = "DejaVu Sans"
_WIDE = re.compile(r"[\u2e80-\uffef\U00020000-\U0003ffff]+")


@functools.cache
def chinese() -> str | None:
    """Return the first family of ``FAMILIES`` that this machine has, None when it has none of them."""
    have = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in FAMILIES if name in have), None)


def drawable(text: str) -> str:
    """Return a text that can be drawn here: without a Chinese typeface Chinese words are left out visibly, as [...].

    Names of sources and of people stand in Chinese in an English picture too; as boxes they would look like damage.
    """
    return text if chinese() else _WIDE.sub("[...]", text)


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
