"""Words of the packages that a planner takes away."""

TEXT = {
    "reports": ("报告与图件", "Reports and maps"),
    "product": ("成果", "Product"),
    "make_report": ("生成", "Make it"),
    "package": ("打包成果", "Package"),
    "format": ("格式", "Format"),
    "layers": ("图层", "Layers"),
    "choose_layers": ("选择图层", "choose layers"),
    "layer.cells": ("网格", "cells"),
    "layer.districts": ("区县", "districts"),
    "layer.projects": ("项目", "projects"),
    "layer.targets": ("目标", "targets"),
    "coordinates": ("坐标", "Coordinates"),
    "crs.default": ("格式默认(CGCS2000 或 WGS84)", "The format's default (CGCS2000 or WGS84)"),
    "crs.auto": ("CGCS2000 三度带", "CGCS2000, 3-degree zone"),
    "crs.GCJ-02": ("GCJ-02(互联网地图偏移)", "GCJ-02 (web-map offset)"),
    "crs.BD-09": ("BD-09(互联网地图偏移)", "BD-09 (web-map offset)"),
    "fields": ("字段命名", "Field names"),
    "fields.en": ("英文", "English"),
    "fields.zh": ("中文", "Chinese"),
    "fields.gb": ("自然资源数据库标准", "natural-resources standard"),
    "public": (
        "公开版(隐去敏感设施与过细位置)",
        "Public version (sensitive facilities and exact places removed)",
    ),
    "make": ("生成压缩包", "Make the package"),
    "making": ("正在生成…", "Making it…"),
    "ready": ("下载 {name}({size} MB)", "Download {name} ({size} MB)"),
    "contents": (
        "包内含数据、数据字典、说明与出处文件;每个文件登记校验值,内容有无改动可据以核对(办法见说明文件)。",
        "It holds the data, a dictionary, a read-me and the sources; every file has a checksum, and the read-me says "
        "how to check them.",
    ),
    "about_size": ("约 {size} MB", "about {size} MB"),
}
