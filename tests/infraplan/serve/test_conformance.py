"""The conformance classes that the server declares, tested against it running, by the standards' own requirements.

Names of requirements are those of OGC 17-069r4 (Features Part 1: Core) and OGC 18-058r1 (Part 2: CRS).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pygeoapi
import pytest
import shapely
from shapely.geometry import shape

from geo import boundaries, census
from infraplan.serve.app import CONFORMANCE

FEATURES = [
    "plans",
    "targets",
    "projects",
    "districts",
    "boundaries",
    "scenario-tianhe-cells",
    "scenario-tianhe-districts",
]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GUANGZHOU = (113.2, 23.05, 113.4, 23.2)


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


def everything(client, name, **params):
    """Return all features of a collection, page by page, by the links alone."""
    found, address = [], f"/collections/{name}/items"
    answer = client.get(address, limit=500, **params).json
    while True:
        found += answer["features"]
        following = links(answer, "next")
        if not following:
            assert len(found) == answer["numberMatched"]
            return found
        answer = client.get(following[0]["href"]).json


def test_core_landing_page(client):
    page = client.get("/")
    assert page.status == 200
    assert page.headers["content-type"].startswith("application/json")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        assert links(page.json, rel), rel
    for link in page.json["links"]:
        if link["href"].startswith(client.url):
            answer = client.get(link["href"])
            assert answer.status == 200, link
            kind = link["type"].split(";")[0]
            if link["rel"] in ("self", "alternate", "service-desc", "service-doc"):
                assert answer.headers["content-type"].startswith(kind), link


def test_oas30_definition_is_valid_and_points_nowhere_else(client):
    answer = client.get("/openapi")
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    schema = Path(pygeoapi.__file__).parent / "schemas" / "openapi" / "openapi-3.0.x.json"
    jsonschema.Draft4Validator(json.loads(schema.read_text("utf-8"))).validate(answer.json)
    references = re.findall(r'"\$ref":"([^"]+)"', answer.text)
    assert references
    for reference in references:
        assert reference.startswith("#/"), reference
        node = answer.json
        for part in reference[2:].split("/"):
            node = node[part]
    assert {m for item in answer.json["paths"].values() for m in item} == {"get"}
    for name in FEATURES:
        parameters = answer.json["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        named = {p.get("name") or p["$ref"].rsplit("/", 1)[-1] for p in parameters}
        assert {"bbox", "limit", "datetime", "crs", "bbox-crs", "offset"} <= named


def test_core_conformance_lists_what_is_tested_here(client):
    assert client.get("/conformance").json["conformsTo"] == list(CONFORMANCE)
    for _ in range(3):  # pygeoapi's own list grows with each request
        assert len(client.get("/conformance").json["conformsTo"]) == len(CONFORMANCE)
    assert not any("create-replace-delete" in uri for uri in CONFORMANCE)


def test_core_collections(client):
    document = client.get("/collections").json
    assert links(document, "self")
    assert [c["id"] for c in document["collections"]] == FEATURES
    for collection in document["collections"]:
        alone = client.get(f"/collections/{collection['id']}").json
        assert alone["id"] == collection["id"]
        assert {link["type"] for link in links(alone, "items")} == {"application/geo+json", "text/html"}
        assert "OpenStreetMap" in client.get(links(alone, "license")[0]["href"]).text
        west, south, east, north = alone["extent"]["spatial"]["bbox"][0]
        assert 100 < west < east < 125
        assert 20 < south < north < 40
        for link in alone["links"]:
            assert client.get(link["href"]).status == 200, link


@pytest.mark.parametrize("name", FEATURES)
def test_geojson_features(client, name):
    answer = client.get(f"/collections/{name}/items", limit=20)
    assert answer.headers["content-type"] == "application/geo+json"
    document = answer.json
    assert document["type"] == "FeatureCollection"
    assert document["numberReturned"] == len(document["features"]) == min(20, document["numberMatched"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", document["timeStamp"])
    for rel in ("self", "alternate"):
        assert links(document, rel)
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        if feature["geometry"] is not None:
            drawn = shape(feature["geometry"])
            assert drawn.is_valid
            for part in getattr(drawn, "geoms", [drawn]):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
        alone = client.get(f"/collections/{name}/items/{feature['id']}")
        assert alone.headers["content-type"] == "application/geo+json"
        assert {k: alone.json[k] for k in feature} == feature
        assert links(alone.json, "self")
        assert links(alone.json, "collection")[0]["href"] == f"{client.url}/collections/{name}"


@pytest.mark.parametrize("name", FEATURES)
def test_core_paging_gives_every_feature_once(client, name):
    found = everything(client, name)
    assert len({f["id"] for f in found}) == len(found)
    page = client.get(f"/collections/{name}/items", limit=3, offset=1).json
    assert [f["id"] for f in page["features"]] == [f["id"] for f in found[1:4]]
    assert links(page, "prev")


@pytest.mark.parametrize("name", FEATURES)
def test_core_bbox_gives_what_touches_the_box(client, name):
    area = shapely.box(*GUANGZHOU)
    expected = [
        f["id"]
        for f in everything(client, name)
        if f["geometry"] is not None and shape(f["geometry"]).intersects(area)
    ]
    found = everything(client, name, bbox=",".join(map(str, GUANGZHOU)))
    assert [f["id"] for f in found] == expected
    assert expected
    west, south, east, north = GUANGZHOU
    with_heights = everything(client, name, bbox=f"{west},{south},-10,{east},{north},900")
    assert [f["id"] for f in with_heights] == expected


def test_core_limit_and_datetime(client):
    assert len(client.get("/collections/targets/items").json["features"]) == 10
    assert client.get("/collections/targets/items", limit=99999).status == 200
    all_of_them = client.get("/collections/targets/items", limit=1).json["numberMatched"]
    for text in ("2022-01-01", "2020-01-01T00:00:00Z/..", "../2022-01-01T00:00:00Z"):
        assert (
            client.get("/collections/targets/items", limit=1, datetime=text).json["numberMatched"]
            == all_of_them
        )


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1&limit=2",
        "offset=-1",
        "offset=x",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,0,inf,1",
        "bbox=1,9,2,3",
        "bbox=1,2,3,4,5",
        "bbox-crs=" + EPSG + "4326",
        "bbox=1,2,3,4&bbox-crs=" + EPSG + "3857",
        "crs=" + EPSG + "3857",
        "crs=GCJ-02",
        "datetime=yesterday",
        "datetime=2022",
        "sortby=nothing",
        "sortby=",
        "properties=nothing",
        "skipGeometry=perhaps",
        "resulttype=all",
        "f=csv",
        "f=xml",
        "lang=%00",
        "filter=a%3D1",
        "q=text",
        "population=many",
        "population=1e5",
        "NAME_ZH=x",
    ],
)
def test_core_a_wrong_or_unknown_parameter_is_answered_with_400(client, query):
    answer = client.get(f"/collections/districts/items?{query}")
    assert answer.status == 400, answer.text
    assert {"code", "description"} <= set(answer.json)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/collections/none",
        "/collections/none/items",
        "/collections/plans/items/none",
        "/none",
        "/collections/plans/x",
    ],
)
def test_core_what_does_not_exist_is_answered_with_404(client, path):
    assert client.get(path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/?x=1",
        "/conformance?x=1",
        "/collections?x=1",
        "/openapi?x=1",
        "/collections/plans/items/xuzhou-2020?limit=1",
    ],
)
def test_core_unknown_parameters_of_other_pages_are_refused(client, path):
    assert client.get(path).status == 400


def test_core_properties_filter(client):
    found = everything(client, "targets", plan="guangzhou-2020", quantified="true")
    assert found
    everyone = everything(client, "targets")
    expected = [
        f["id"]
        for f in everyone
        if f["properties"]["plan"] == "guangzhou-2020" and f["properties"]["quantified"] is True
    ]
    assert [f["id"] for f in found] == expected
    (station,) = everything(client, "targets", id="gz-5g-stations")
    assert station["properties"]["value"] == 38_900
    assert station["properties"]["quote"]
    assert everything(client, "districts", name_zh="天河区")[0]["id"] == "440106"
    assert client.get("/collections/districts/items", name_zh="不存在").json["numberMatched"] == 0


def test_sorting_selecting_and_leaving_the_geometry_out(client):
    answer = client.get(
        "/collections/districts/items",
        sortby="-population",
        limit=5,
        properties="name_zh,population",
        skipGeometry="true",
    ).json
    people = [f["properties"]["population"] for f in answer["features"]]
    assert people == sorted(people, reverse=True)
    assert all(
        f["geometry"] is None and set(f["properties"]) == {"name_zh", "population"}
        for f in answer["features"]
    )
    hits = client.get("/collections/districts/items", resulttype="hits").json
    assert hits["features"] == []
    assert hits["numberMatched"] > 0


@pytest.mark.parametrize("name", FEATURES)
def test_crs_is_declared_and_axes_follow_it(client, name):
    collection = client.get(f"/collections/{name}").json
    assert collection["storageCrs"] == CRS84
    assert collection["crs"] == [CRS84, EPSG + "4326", EPSG + "4490"]
    plain = client.get(f"/collections/{name}/items", limit=5)
    assert plain.headers["content-crs"] == f"<{CRS84}>"
    for code in ("4326", "4490"):
        other = client.get(f"/collections/{name}/items", limit=5, crs=EPSG + code)
        assert other.headers["content-crs"] == f"<{EPSG}{code}>"
        for a, b in zip(plain.json["features"], other.json["features"], strict=True):
            if a["geometry"] is None:
                assert b["geometry"] is None
                continue
            swapped = shapely.transform(shape(b["geometry"]), lambda xy: xy[:, ::-1])
            assert shapely.equals_exact(shape(a["geometry"]), swapped)
            alone = client.get(f"/collections/{name}/items/{a['id']}", crs=EPSG + code)
            assert alone.json["geometry"] == b["geometry"]
            assert alone.headers["content-crs"] == f"<{EPSG}{code}>"


def test_crs_of_the_box(client):
    west, south, east, north = GUANGZHOU
    plain = everything(client, "districts", bbox=f"{west},{south},{east},{north}")
    same = everything(client, "districts", **{"bbox": f"{west},{south},{east},{north}", "bbox-crs": CRS84})
    assert [f["id"] for f in same] == [f["id"] for f in plain]
    for code in ("4326", "4490"):
        params = {"bbox": f"{south},{west},{north},{east}", "bbox-crs": EPSG + code}
        assert [f["id"] for f in everything(client, "districts", **params)] == [f["id"] for f in plain]
        page = client.get("/collections/districts/items", limit=1, **params).json
        again = client.get(links(page, "next")[0]["href"]).json
        assert again["features"][0]["id"] == plain[1]["id"]


def test_queryables_and_schema_name_every_property(client):
    for name in FEATURES:
        feature = client.get(f"/collections/{name}/items", limit=1).json["features"][0]
        for page in ("queryables", "schema"):
            described = client.get(f"/collections/{name}/{page}").json["properties"]
            assert set(feature["properties"]) <= set(described)
            assert client.get(f"/collections/{name}/{page}", f="html").status == 200
    named = client.get("/collections/districts/queryables").json["properties"]["population"]["title"]
    assert "常住人口" in named
    assert "Residents" in named


def test_what_is_served_is_what_the_catalogue_and_the_census_say(client):
    districts = everything(client, "districts")
    people = {f["id"]: f["properties"]["population"] for f in districts}
    assert people["320371"] == 381_407
    assert next(f for f in districts if f["id"] == "320371")["geometry"] is None
    for region in boundaries.shipped():
        expected = census.census(region)["population"].dropna()
        assert {code: people[code] for code in expected.index} == expected.astype(int).to_dict()


def test_a_saved_scenario_is_served_with_its_exact_sum(client):
    cells = everything(client, "scenario-tianhe-cells", skipGeometry="true")
    assert sum(f["properties"]["units"] for f in cells) == 900
    assert all(f["id"] == f["properties"]["h3"] for f in cells)
    collection = client.get("/collections/scenario-tianhe-cells").json
    assert "草案" in collection["title"]
    assert "测算分配" in collection["description"]
    (district,) = everything(client, "scenario-tianhe-districts")
    assert district["properties"]["allocated"] == 900
