"""English names of China's administrative units, from their Chinese names: pinyin, with the names in common use.

Pinyin is written together without tones, with an apostrophe before a later syllable that begins with a, e or o
(Xi'an). Ethnic groups have their usual English names; places whose usual English name is not pinyin (Harbin, Lhasa)
are listed here.
"""

from __future__ import annotations

import re

# Usual English names that pinyin would miss, or whose characters pypinyin reads with another sound.
KNOWN = {
    "陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Xizang (Tibet)", "香港": "Hong Kong", "澳门": "Macao",
    "台湾": "Taiwan", "呼和浩特": "Hohhot", "乌鲁木齐": "Urumqi", "拉萨": "Lhasa", "哈尔滨": "Harbin",
    "齐齐哈尔": "Qiqihar", "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "乌兰察布": "Ulanqab",
    "巴彦淖尔": "Bayannur", "锡林郭勒": "Xilingol", "阿拉善": "Alxa", "克拉玛依": "Karamay", "喀什": "Kashgar",
    "吐鲁番": "Turpan", "博尔塔拉": "Bortala", "巴音郭楞": "Bayingolin", "阿克苏": "Aksu", "克孜勒苏": "Kizilsu",
    "和田": "Hotan", "伊犁": "Ili", "阿勒泰": "Altay", "图木舒克": "Tumxuk", "阿拉尔": "Aral", "库尔勒": "Korla",
    "霍尔果斯": "Khorgas", "格尔木": "Golmud", "日喀则": "Xigaze", "昌都": "Qamdo", "林芝": "Nyingchi",
    "那曲": "Nagqu", "阿里": "Ngari", "番禺": "Panyu", "蚌埠": "Bengbu", "六安": "Lu'an", "台州": "Taizhou",
    "丽水": "Lishui", "天台": "Tiantai", "六合": "Luhe", "东阿": "Dong'e", "涡阳": "Guoyang", "漯河": "Luohe",
    "长子": "Zhangzi", "子长": "Zichang", "乐清": "Yueqing", "乐亭": "Laoting", "乐陵": "Laoling", "单": "Shan",
    "蔚": "Yu", "浚": "Xun", "莘": "Shen", "荥阳": "Xingyang", "荥经": "Yingjing", "洪洞": "Hongtong",
    "铅山": "Yanshan", "歙": "She", "枞阳": "Zongyang", "句容": "Jurong", "尉犁": "Yuli",
    "中牟": "Zhongmu", "牟平": "Muping",
    "泌阳": "Biyang", "渑池": "Mianchi", "黄陂": "Huangpi", "筠连": "Junlian", "犍为": "Qianwei",
    "什邡": "Shifang", "繁峙": "Fanshi", "大埔": "Dabu", "汨罗": "Miluo", "盱眙": "Xuyi",
}  # fmt: skip
IN_HONG_KONG = {
    "中西": "Central and Western", "湾仔": "Wan Chai", "九龙城": "Kowloon City", "油尖旺": "Yau Tsim Mong",
    "深水埗": "Sham Shui Po", "黄大仙": "Wong Tai Sin", "观塘": "Kwun Tong", "葵青": "Kwai Tsing",
    "西贡": "Sai Kung", "沙田": "Sha Tin", "屯门": "Tuen Mun", "大埔": "Tai Po", "荃湾": "Tsuen Wan",
    "元朗": "Yuen Long", "离岛": "Islands", "东": "Eastern", "南": "Southern", "北": "North",
}  # fmt: skip
# In the names of places these characters have one sound, whatever the dictionary prefers.
_SOUNDS = {"都": "du", "长": "chang", "朝": "chao", "勒": "le", "乐": "le", "曾": "zeng"}
_MUNICIPALITIES = frozenset(("北京市", "天津市", "上海市", "重庆市"))

GROUPS = {
    "蒙古": "Mongol", "回": "Hui", "藏": "Tibetan", "维吾尔": "Uyghur", "苗": "Miao", "彝": "Yi", "壮": "Zhuang",
    "布依": "Buyei", "朝鲜": "Korean", "满": "Manchu", "侗": "Dong", "瑶": "Yao", "白": "Bai", "土家": "Tujia",
    "哈尼": "Hani", "哈萨克": "Kazakh", "傣": "Dai", "黎": "Li", "傈僳": "Lisu", "佤": "Va", "畲": "She",
    "拉祜": "Lahu", "水": "Sui", "东乡": "Dongxiang", "纳西": "Naxi", "景颇": "Jingpo", "柯尔克孜": "Kyrgyz",
    "土": "Tu", "达斡尔": "Daur", "仫佬": "Mulao", "羌": "Qiang", "布朗": "Blang", "撒拉": "Salar",
    "毛南": "Maonan", "仡佬": "Gelao", "锡伯": "Xibe", "普米": "Pumi", "塔吉克": "Tajik", "怒": "Nu",
    "鄂温克": "Evenki", "保安": "Bonan", "裕固": "Yugur", "独龙": "Derung", "鄂伦春": "Oroqen", "各": "Various",
}  # fmt: skip

# A name of one character counts only with 族 behind it: 白 alone is not the Bai.
_GROUP_AT_END = re.compile(
    "(?:"
    + "|".join(f"{group}族?" if len(group) > 1 or group == "各" else f"{group}族" for group in GROUPS)
    + ")$"
)

# The ending of a name and what it is in English, longest first; the level tells a county-level 市 from a city.
_ENDINGS = (
    ("自然保护区", "Nature Reserve"),
    ("保护区", "Protected Area"),
    ("行政委员会", "Administrative Committee"),
    ("特别行政区", "Special Administrative Region"),
    ("自治区", "Autonomous Region"),
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("林区", "Forestry District"),
    ("矿区", "Mining District"),
    ("特区", "Special District"),
    ("新区", "New Area"),
    ("地区", "Prefecture"),
    ("省", "Province"),
    ("市", "City"),
    ("盟", "League"),
    ("区", "District"),
    ("县", "County"),
    ("旗", "Banner"),
)


def pinyin(text: str) -> str:
    """Return the pinyin of one name, written together: ``"西安"`` -> ``"Xi'an"``."""
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(text, style=Style.NORMAL, v_to_u=False)
    if len(syllables) == len(text):
        syllables = [_SOUNDS.get(character, s) for character, s in zip(text, syllables, strict=True)]
    joined = syllables[0] + "".join(f"'{s}" if s[:1] in "aeo" else s for s in syllables[1:])
    return joined.replace("v", "ü").capitalize()


def english(name_zh: str, level: str, province_adcode: str = "") -> str:
    """Return the English name of a unit.

    Parameters
    ----------
    name_zh : str
        Full official name, e.g. ``"新沂市"``.
    level : str
        ``"province"``, ``"city"`` or ``"district"``; a 市 among districts is a county-level city and says so.
    province_adcode : str
        Tells Hong Kong's districts, whose English names are not pinyin, from others of the same name.
    """
    hong_kong = province_adcode == "810000"
    if name_zh in _MUNICIPALITIES:
        return f"{_place(name_zh.removesuffix('市'), False)} Municipality"
    for ending, kind in _ENDINGS:
        stem = name_zh.removesuffix(ending)
        if stem == name_zh or not stem:
            continue
        if kind == "City" and level == "district":
            kind = "City (county-level)"
        has_groups = stem not in KNOWN and ("Autonomous" in kind or stem.endswith("族"))
        place, groups = _split_groups(stem) if has_groups else (stem, [])
        return " ".join(part for part in (_place(place, hong_kong), _joined(groups), kind) if part)
    return _place(name_zh, hong_kong)


def _place(stem: str, hong_kong: bool) -> str:
    known = IN_HONG_KONG if hong_kong else KNOWN
    return known.get(stem) or KNOWN.get(stem) or (pinyin(stem) if stem else "")


def _split_groups(stem: str) -> tuple[str, list[str]]:
    """Take the names of ethnic groups off the end: 酉阳土家族苗族 -> 酉阳, [Tujia, Miao]."""
    groups: list[str] = []
    while found := _GROUP_AT_END.search(stem):
        stem, groups = stem[: found.start()], [GROUPS[found[0].removesuffix("族")], *groups]
    return stem, groups


def _joined(groups: list[str]) -> str:
    if "Various" in groups:
        return "Multi-ethnic"
    return ", ".join(groups[:-1]) + " and " + groups[-1] if len(groups) > 1 else "".join(groups)
