"""The narrower scope of a promise (key districts, grade 3A hospitals) in the reader's language.

The plan data record it in Chinese, as ``scope_zh``; the English words of each stand here. One without stays Chinese.
"""

# ruff: noqa: E501 - the words of a scope stay in one line

from __future__ import annotations

from plans.model import Target

_ENGLISH = {
    "城区": "the urban area",
    "重点政企区域、小区": "key areas of government and business, residential estates",
    "主要城区、镇区": "main urban areas and town areas",
    "花果山超高清视频产业特色小镇": "Huaguoshan ultra-HD video industry town",
    "全市主要工业园区": "main industrial parks of the city",
    "广州国际生物岛": "Guangzhou International Bio Island",
    "各区和属地化三级医院": "districts, and tertiary hospitals under local management",
    "三级甲等医院": "grade 3A hospitals",
    "全市主要区域": "main areas of the city",
    "中新广州知识城等重点区域": "key areas such as the China-Singapore Guangzhou Knowledge City",
    "重点区域": "key areas",
    "消费品、新材料、纺织、医药等行业领域": "consumer goods, new materials, textiles, medicine and other industries",
    "智慧城市管理、交通、生态、物流等重点领域": "key fields: smart city management, transport, ecology, logistics and others",
    "市级系统，黔江配合": "systems of the municipality; Qianjiang helps",
    "党政机关、事业单位、国有企业等办公场所及所属建筑物；公园、广场、旅游景区、自然保护区、文化体育场馆等公共场所；"
    "公路、桥梁、隧道、城市道路及其防护绿带、公共绿地、城市轨道交通、地下综合管廊（沟）、港口、车站、公交站台、码头、"
    "渡口、道路指示牌、路灯杆、电线杆、交通信号杆、视频监控杆、龙门架等公共设施": (
        "offices and buildings of Party and government organs, public institutions and state-owned enterprises; public "
        "places such as parks, squares, scenic areas, nature reserves, cultural and sports venues; public facilities such "
        "as highways, bridges, tunnels, urban roads with their green belts, public green space, urban rail transit, utility "
        "tunnels, ports, stations, bus stops, wharves, ferries, road signs, lamp posts, utility poles, traffic-signal "
        "poles, camera poles and gantries"
    ),
    "城市智能中枢、传统基础设施改造升级等领域": "city intelligence hub, upgrading of traditional infrastructure and other fields",
    "新建住宅与商务楼宇": "new housing and business buildings",
    "流量密集区域": "areas of dense traffic",
    "农村": "rural areas",
    "工业园区(厂区)": "industrial parks (plants)",
    "优势产业领域": "industries in which the city is strong",
    "新建住宅区、商务楼宇、公共建筑等": "new housing estates, business buildings, public buildings and the like",
    "主城区重点园区、各级各类经开区、高新区、软件园区": (
        "key parks of the main urban area; economic development zones, high-tech zones and software parks of every level"
    ),
    "市重点园区": "key parks of the city",
    "全省、全市": "the whole province, the whole city",
    "鼓楼区、云龙区、泉山区": "Gulou, Yunlong and Quanshan Districts",
    "主城区(鼓楼区、云龙区、泉山区试点)": "main urban area (pilot in Gulou, Yunlong and Quanshan Districts)",
    "智慧+教育、医疗、文旅、服务、商业、社会治理等行业领域": (
        "smart education, medicine, culture and tourism, services, commerce, social governance and other fields"
    ),
}


def scope(target: Target, lang: str) -> str:
    """Return the narrower scope that a target is for, ``""`` where it is for its whole region."""
    found = target.scope_zh or ""
    return found if lang == "zh" else _ENGLISH.get(found, found)
