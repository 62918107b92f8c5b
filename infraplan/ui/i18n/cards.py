"""Words of the cards of targets and projects, on whichever page they stand."""

TEXT = {
    "scope": ("适用范围", "Scope"),
    "not_stated": ("原文未载", "not stated"),
    "of_clause": ("(所在条款所列)", "(named by its clause)"),
    "targets": ("相关目标", "Related targets"),
    "target": ("{name}:指标值{figure},期限{deadline}", "{name}: {figure}, deadline {deadline}"),
    "region": ("所在区域", "Lies in"),
}
