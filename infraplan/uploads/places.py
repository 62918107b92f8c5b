"""Where the rows of a list are: the districts they state, coordinates in a datum that was asked for, a gazetteer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo import boundaries, datum_guess
from geo.errors import InfraPlanError
from geo.geocode.table import geocode_table
from infraplan.uploads import questions as ask
from infraplan.uploads import values
from infraplan.uploads.districts import Districts, is_zone
from infraplan.uploads.reading import Reading

#: Columns that every list gains: where a row is, in WGS84, how that is known and how exactly (None: not stated).
PLACED = ["lon", "lat", "accuracy_m", "position_basis", "position_source", "adcodes", "located_adcode"]
_GAZETTEER_SCORE = 0.75


class Placing(Reading):
    """The part of a reading that says where each row is."""

    def _place(self) -> None:
        region = self.answers.get("region")
        frame = self.out.frame
        for name in PLACED:
            frame[name] = None
        x, y = self._numbers()
        if region is None:
            return
        districts = Districts(region, _district_answers(self.answers))
        self._districts(districts)
        if np.isfinite(x).any():
            self._coordinates(x, y, region)
        without = ~(np.isfinite(frame["lon"].to_numpy(dtype=float)))
        blank = without & ~(np.isfinite(x) & np.isfinite(y))
        if blank.any() and ("datum" in self.answers or not np.isfinite(x).any()):
            self._without_coordinates(blank, region)

    def _numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the two columns of coordinates as they stand, NaN where a row has none."""
        n = len(self.table.rows)
        x, y = np.full(n, np.nan), np.full(n, np.nan)
        if "lonlat" in self.mapping and "lon" not in self.mapping:
            column = self.mapping["lonlat"]
            for i, (line, cell) in enumerate(self._cells(column)):
                pair = self._cell(values.coordinates, line, column, cell, True) or (None, None)
                x[i], y[i] = (np.nan if v is None else v for v in pair)
            return x, y
        for name, target in (("lon", x), ("lat", y)):
            if name in self.mapping:
                column = self.mapping[name]
                for i, (line, cell) in enumerate(self._cells(column)):
                    value = self._cell(values.coordinate, line, column, cell, True)
                    target[i] = np.nan if value is None else value
        if "lon" in self.mapping and "lat" in self.mapping:
            for i in np.flatnonzero(np.isfinite(x) != np.isfinite(y)).tolist():
                line = self.table.lines[i]
                if line not in self.out.bad_lines:
                    self._wrong(
                        line,
                        None,
                        "coordinate",
                        "only one of the two coordinates is there",
                        "经纬度只填了一个",
                    )
        return x, y

    def _districts(self, districts: Districts) -> None:
        frame = self.out.frame
        if "district" not in frame:
            frame["adcodes"] = [()] * len(frame)
            return
        named = [districts.read(text) for text in frame["district"]]
        frame["adcodes"] = [n.adcodes for n in named]
        # asked also when it is answered: the answer stays to be seen, and can be changed
        plain = Districts(districts.region.adcode) if districts.answers else districts
        unknown = Counter(name for text in frame["district"] for name in plain.read(text).unknown)
        for name, rows in unknown.items():
            self.out.questions.append(
                ask.district(name, rows, districts.region_names, districts.names_both, is_zone(name))
            )

    def _coordinates(self, x: np.ndarray, y: np.ndarray, region: str) -> None:
        frame = self.out.frame
        stated = np.array([codes[0] if len(codes) == 1 else "" for codes in frame["adcodes"]])
        try:
            evidence = datum_guess.evidence(x, y, region=region, stated=stated)
        except InfraPlanError as error:
            for line, there in zip(self.table.lines, np.isfinite(x), strict=True):
                if there:
                    self._wrong(line, self.mapping.get("lon"), "datum", error.en, error.zh)
            return
        self.out.questions.append(ask.datum(evidence))
        answer = self.answers.get("datum")
        chosen = [r for r in evidence.readings if f"{r.datum}|{r.axes}" == answer]
        if not chosen:
            return
        self.out.datum = chosen[0].datum
        lon, lat = chosen[0].lon, chosen[0].lat
        there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        found = boundaries.locate(lon, lat)
        placed = np.isfinite(lon) & np.isfinite(lat) & (found != "")
        known = there[placed[there]]
        self._put("lon", known, [round(v, 7) for v in lon[known].tolist()])
        self._put("lat", known, [round(v, 7) for v in lat[known].tolist()])
        self._put("position_basis", known, ["uploaded"] * len(known))
        self._put("position_source", known, [self.name] * len(known))
        self._put("located_adcode", known, found[known].tolist())
        column = self.mapping.get("lon", self.mapping.get("lonlat"))
        for i in there[~placed[there]].tolist():
            en, zh = (
                "the position lies in no district of China in this datum",
                "按所选坐标系,该位置不在中国任何区县内",
            )
            self._wrong(self.table.lines[i], column, "position", en, zh)
        self._elsewhere(known, found, boundaries.locate(lon, lat, region), stated)

    def _put(self, name: str, rows: np.ndarray, values: list[Any]) -> None:
        """Set a column in some rows; the others stay as they are."""
        column = self.out.frame[name].to_numpy(dtype=object, copy=True)
        column[rows] = np.array(values, dtype=object)
        self.out.frame[name] = pd.Series(column, dtype=object, index=self.out.frame.index)

    def _elsewhere(self, rows: np.ndarray, found: np.ndarray, inside: np.ndarray, stated: np.ndarray) -> None:
        """Point at positions outside the region, or in another district than their row states."""
        column = self.mapping.get("lon", self.mapping.get("lonlat"))
        geographic = _geographic()
        for i in rows[(inside[rows] == "") | ((stated[rows] != "") & (stated[rows] != found[rows]))].tolist():
            lies, says = str(found[i]), str(stated[i])
            if inside[i] == "":
                en = f"lies in {_district_name(lies, 'en')}, outside the region"
                zh = f"位于{_district_name(lies, 'zh')},在所选地区之外"
            elif says in geographic:
                says_en, lies_en = _district_name(says, "en"), _district_name(lies, "en")
                en = f"the row states {says_en}, the position lies in {lies_en}"
                zh = f"所填为{_district_name(says, 'zh')},而坐标位于{_district_name(lies, 'zh')}"
            else:
                continue
            self._doubt(self.table.lines[i], column, "position", en, zh)

    def _without_coordinates(self, blank: np.ndarray, region: str) -> None:
        frame = self.out.frame
        if self.what == "sites":
            for i in np.flatnonzero(blank).tolist():
                if self.table.lines[i] not in self.out.bad_lines:
                    en, zh = "a candidate site needs its coordinates", "候选站点须有坐标"
                    self._wrong(self.table.lines[i], None, "position", en, zh)
            return
        if "name" not in frame:  # a required column: nothing is looked up before it is chosen
            return
        self.out.questions.append(ask.locate(int(blank.sum())))
        if self.answers.get("locate") == "gazetteer":
            # a project that spans several districts has no one place
            self._look_up(np.flatnonzero(blank & (frame["adcodes"].map(len) <= 1).to_numpy()), region)

    def _look_up(self, rows: np.ndarray, region: str) -> None:
        """Look rows up in the gazetteer; a place no finer than its district is not a position."""
        frame = self.out.frame
        asked = (
            frame.loc[rows, [c for c in ("name", "district", "address") if c in frame]].fillna("").astype(str)
        )
        blank = pd.Series("", index=asked.index)
        address = asked.get("address", blank)
        asked["place"] = asked.get("district", blank) + address
        found = geocode_table(asked, "name", "place", region)
        for i, place in zip(rows.tolist(), found.to_dict("records"), strict=True):
            by_address = place["geo_from"] == "place" and bool(address[i])
            fine = ("site", "road", "township") if by_address else ("site", "road")
            if place["geo_precision"] not in fine or place["geo_score"] < _GAZETTEER_SCORE:
                continue
            for name, value in (
                ("lon", float(place["geo_lon"])),
                ("lat", float(place["geo_lat"])),
                ("accuracy_m", int(place["geo_accuracy_m"])),
                ("position_basis", f"gazetteer {place['geo_precision']}"),
                ("position_source", f"{place['geo_name']} ({place['geo_source']})"),
                ("located_adcode", str(place["geo_adcode"])),
            ):
                frame.at[i, name] = value
            if place["geo_alternatives"]:
                en = f"found as {place['geo_name']}; others score as well: {place['geo_alternatives']}"
                zh = f"匹配为“{place['geo_name']}”;另有相近结果:{place['geo_alternatives']}"
                self._doubt(self.table.lines[i], None, "gazetteer", en, zh)


def _district_answers(answers: Mapping[str, Any]) -> dict[str, str]:
    return {
        key.partition(":")[2]: value
        for key, value in answers.items()
        if key.startswith("district:") and value
    }


def _district_name(adcode: str, lang: str) -> str:
    unit = boundaries.unit(adcode)
    return unit.name_en if lang == "en" else unit.name_zh


def _geographic() -> frozenset[str]:
    """Return the adcodes that have a boundary; a position in a functional zone lies in the district around it."""
    return frozenset(u.adcode for u in boundaries.units())
