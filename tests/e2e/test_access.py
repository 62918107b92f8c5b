"""An accessibility scan of every page: nothing serious or critical."""

from __future__ import annotations

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = {
    "?scenario=none": "map",
    "targets?sel=target:gz-5g-stations": "targets",
    "projects?group=district": "projects",
    "scenario?view=districts": "scenario",
    "scenario?mode=edit&lang=en": "scenario",
    "compare": "compare",
    "data": "data",
    "data?part=upload&lang=en": "data",
    "data?part=upload&what=population": "data",
    "data?part=progress": "data",
    "about": "about",
    "?sel=target:gz-chargers&lang=en&scenario=none": "map",
    "projects?as=charts&plan=all": "projects",
    "scenario?tab=charts": "scenario",
    "scenario?tab=files&lang=en": "scenario",
    "compare?map=difference": "compare",
}


@pytest.mark.parametrize("address", PAGES)
def test_no_serious_finding(visit, address):
    visit.open(address, PAGES[address])
    found = axe.Axe().run(visit.page).response
    assert len(found["passes"]) > 10, "the scan did not see the page"
    serious = [
        (v["id"], [n["target"] for n in v["nodes"]])
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []
