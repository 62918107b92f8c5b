"""Reported figures as people read them: with the measure word of what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from layers.words import figure
from plans.model import Baseline, Plan
from plans.vocabulary import label

#: Where a source's entry in the sources file stands behind its words.
_ENTRY = re.compile(r"\s*\[[\w-]+\]")


def source(item: Baseline) -> str:
    """Return whose figure it is as people read it, without the names that its sources have in the data's own files."""
    return _ENTRY.sub("", item.source)


def written(item: Baseline, plans: Sequence[Plan], lang: str) -> str:
    """Return a figure with qualifier and unit; a count has the measure word of the target that it stands beside."""
    text = figure(item, lang)
    if lang != "zh" or item.unit != "count" or item.value is None:
        return text
    beside = (plan.target_by_id.get(item.related_target or "") for plan in plans)
    counter = next((x.counter_zh for x in beside if x and x.counter_zh), "").lstrip("万亿千百")
    return text + (counter or label("unit", "count", lang))
