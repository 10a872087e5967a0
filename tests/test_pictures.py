"""Drawings of mistakes: well-formed, of mistakes that exist, readable without colour, without the numbers asked for."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bnlib.check import pictures
from bnlib.check.pictures import picture
from bnlib.oracle import SWITCHES

DRAWN = [*pictures.GRIDS, *pictures.IMAGES, *pictures.PATHS, *pictures.WEIGHTS]


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_of_a_known_mistake_and_says_in_words_what_it_shows(name: str) -> None:
    assert name in SWITCHES
    drawing = ElementTree.fromstring(picture([name]))
    assert drawing.get("role") == "img" and len(drawing.get("aria-label", "")) > 40
    assert drawing.findtext("{http://www.w3.org/2000/svg}title") == drawing.get("aria-label")
    assert not [key for node in drawing.iter() for key in node.attrib if key.startswith("on") or "href" in key]


def test_what_is_marked_by_colour_is_marked_by_a_line_too() -> None:
    assert picture(["axis_1"]).count('fill-opacity="0.65"') == picture(["axis_1"]).count("<path") == 8
    assert "stroke-dasharray" in picture(["mean_constant"]) and "stroke-dasharray" in picture(["momentum_reversed"])


def test_each_wrong_path_is_another_drawing() -> None:
    assert len({picture([name]) for name in ("mean_constant", "std_constant", "dxhat_without_gamma")}) == 3
    assert len({picture([name]) for name in pictures.IMAGES}) == len(pictures.IMAGES)


def test_the_first_mistake_that_can_be_drawn_is_drawn() -> None:
    assert picture(["ddof_1", "axis_1"]) == picture(["axis_1"])
    assert picture(["ddof_1"]) == picture([]) == picture(["<script>"]) == ""
