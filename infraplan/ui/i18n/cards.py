"""Words of the cards of targets and projects, on whichever page they stand."""

TEXT = {
    "scope": ("适用范围", "Scope"),
    "not_stated": ("原文未载", "not stated"),
    "of_clause": ("(所在条款所列)", "(named by its clause)"),
    "targets": ("相关目标", "Related targets"),
    "target": ("{name}:指标值{figure},期限{deadline}", "{name}: {figure}, deadline {deadline}"),
    "region": ("所在区域", "Lies in"),
    "beyond_area": (
        "所涉区域超出本规划的地域范围,不在图上标出。",
        "It reaches beyond the area that the plan is for, so the map does not mark it.",
    ),
    "city_only": (
        "登记为全市,没有更具体的地点,不在图上标点。",
        "It is recorded for the whole city, with no nearer place, so the map has no point for it.",
    ),
    "no_place": (
        "没有可上图的地点:原文未载,或事项本身没有固定地点。",
        "It has no place to be mapped: the document states none, or the thing itself has no fixed one.",
    ),
}
