"""Families: every category of the vocabulary in exactly one, colours that can be read and told apart."""

from __future__ import annotations

from layers.categories import FAMILIES, by_code, family
from plans.vocabulary import vocabulary


def test_every_category_belongs_to_exactly_one_family():
    listed = [category for f in FAMILIES for category in f.categories]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(vocabulary("category"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_white_signs_can_be_read_on_every_colour():
    for f in FAMILIES:
        assert 1.05 / (luminance(f.colour) + 0.05) >= 4.5, f.code


def test_signs_and_codes_are_different():
    assert (
        len({f.mark("zh") for f in FAMILIES})
        == len({f.mark("en") for f in FAMILIES})
        == len({f.code for f in FAMILIES})
        == len({f.colour for f in FAMILIES})
    )


def test_an_unknown_category_has_a_family_too():
    assert family("something-new") == FAMILIES[-1]
    assert by_code("energy").label("zh") == "能源"
