"""Words of the frame around the pages."""

TEXT = {
    "title": ("基础设施规划一张图", "infraplan"),
    "claim": ("政策承诺、落点测算、成果交付", "Promises, where they could go, and the files to build by"),
    "language": ("语言 / Language", "Language / 语言"),
    "map": ("一张图", "Map"),
    "targets": ("目标", "Targets"),
    "projects": ("项目", "Projects"),
    "scenario": ("情景", "Scenario"),
    "compare": ("比较", "Compare"),
    "data": ("数据", "Data"),
    "about": ("关于", "About"),
}
