"""Who a clause makes responsible: the list of bodies, with what is said once for several given to each.

"市工信局、发改委" gives 市 to both; "越秀、白云、南沙区政府" gives 区政府 to all three; "徐州通管办、供电公司"
gives 徐州 to the second. 牵头 marks a lead only where the document writes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(r"^\s*[\[〔(\uff08]?\s*(?:责任单位|責任單位)\s*[:\uff1a]\s*")
_TAIL = re.compile(r"(?:按(?:职责|職責)分工(?:负责|負責)|(?:负责|負責)|配合)\s*$")
_OPENING, _CLOSING = "([〔\uff08", ")]〕\uff09"
_LEAD = re.compile(r"(?:牵头|牽頭)(?:负责|負責)?$")
_SUFFIX = re.compile(r"(区人民政府|區人民政府|区政府|區政府|人民政府|政府|管委会|管委會)$")
_COLLECTIVE = re.compile(r"^各|有关|有關|等$|其他|以下")
_BODY_END = re.compile(r"[局委办辦会會部室院署处處社行]$|集团|集團|公司|中心|政府|大学|大學|学院|學院")
_PLACE = re.compile(r"^(市(?![场場])|区(?!块)|區(?!塊)|省|县|縣|徐州|广州|廣州|淄博|重庆|重慶)")


@dataclass(frozen=True, slots=True)
class Named:
    """One body as the text names it: as written, with what was shared given to it, and whether it leads."""

    written: str
    name: str
    lead: bool
    collective: bool


def expand(text: str) -> list[Named]:
    """Return the bodies of a list in their order.

    Examples
    --------
    >>> [n.name for n in expand("市工信局、发改委,越秀、白云区政府,市农业农村局牵头")]
    ['市工信局', '市发改委', '越秀区政府', '白云区政府', '市农业农村局']
    >>> [n.name for n in expand("(责任单位:市市场监管局、市场监管局,各县(市)区等)") if not n.collective]
    ['市市场监管局', '市市场监管局']
    """
    body = _strip(text)
    found: list[Named] = []
    for group in re.split(r"[,;\uff0c\uff1b](?![^(\uff08]*[)\uff09])", body):
        found.extend(_group(group))
    return found


def _group(group: str) -> list[Named]:
    tokens = [token for token in re.split(r"、(?![^(\uff08]*[)\uff09])", _strip(group)) if token.strip()]
    if not tokens:
        return []
    suffix_match = _SUFFIX.search(tokens[-1])
    suffix = suffix_match[1] if suffix_match and len(tokens) > 1 else ""
    prefix = ""
    everyone = bool(_COLLECTIVE.search(tokens[0]))  # 各乡、镇人民政府
    found = []
    for token in tokens:
        token = token.strip()
        inner = re.fullmatch(r"(.+?)[(\uff08](.+?)[)\uff09]", token)
        # 市委组织部(市委人才办) names two; 各县(市)区 is one word
        for part in inner.groups() if inner and _BODY_END.search(inner[1]) else (token,):
            lead = bool(_LEAD.search(part))
            written = _LEAD.sub("", part).strip()
            place = _PLACE.match(written)
            if place:
                prefix = place[1]
            name = written
            if suffix and not _BODY_END.search(written) and not written.endswith(suffix):
                # 鼓楼区、泉山区人民政府 shares 人民政府, not a second 区
                end = suffix[1:] if written[-1] == suffix[0] else suffix
                name = written + end
            elif not place and prefix and _BODY_END.search(written) and len(written) <= 12:
                name = prefix + written if not _own_place(written) else written
            collective = everyone or bool(_COLLECTIVE.search(part)) or not _BODY_END.search(name)
            found.append(Named(written, name, lead, collective))
    return found


def _own_place(name: str) -> bool:
    """Say whether a name begins with a place or a firm of its own (中国电信…, 广州供电局)."""
    return bool(re.match(r"中国|中國|珠江|国网|國網|人行", name)) or bool(_SUFFIX.search(name))


def _strip(text: str) -> str:
    body = _LABEL.sub("", text.strip())
    previous = None
    while previous != body:
        previous = body
        if body and body[-1] in _CLOSING and not any(mark in body for mark in _OPENING):
            body = body[:-1]
        body = _TAIL.sub("", body).strip()
    # 等 at the end of a list says that there are more; it belongs to no name
    return re.sub(r"等(?=$|[,\uff0c])", "", body)
