"""What is drawn once for each content is drawn anew for another: of another result, another amount, another scale."""

from __future__ import annotations

from infraplan import workflow
from infraplan.ui import cache


def test_every_result_has_its_own_cells_and_its_own_file():
    some, more = (workflow.run("guangzhou-hydrogen-9", {"amount": n}) for n in ("8", "9"))
    layers = [cache.cell_layer(result) for result in (some, more)]
    assert [int(layer.frame["units"].sum()) for layer in layers] == [8, 9]
    urls = {
        cache.cell_data_url(layer, result.result_hash)
        for layer, result in zip(layers, (some, more), strict=True)
    }
    assert len(urls) == 2
    pictures = {cache.picture(layer, r.result_hash)[1] for layer, r in zip(layers, (some, more), strict=True)}
    assert len(pictures) == 2


def test_the_same_result_is_drawn_once():
    result = workflow.run("guangzhou-hydrogen-9")
    assert cache.cell_layer(result) is cache.cell_layer(result)
