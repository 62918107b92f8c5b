"""Words of the frame around the pages."""

TEXT = {
    "title": ("基础设施规划一张图", "infraplan"),
    "claim": ("政策承诺、落点测算、成果交付", "Promises, where they could go, and the files to build by"),
    "language": ("语言 / Language", "Language / 语言"),
    "uploader_button": ("选择文件", "Choose a file"),
    "enter_takes": ("按回车键生效", "Press Enter to apply"),
    "enter_sends": ("按回车键提交", "Press Enter to submit"),
    "control_enter_takes": ("按 Ctrl+回车键生效", "Press Ctrl+Enter to apply"),
    "control_enter_sends": ("按 Ctrl+回车键提交", "Press Ctrl+Enter to submit"),
    "map": ("一张图", "Map"),
    "targets": ("目标", "Targets"),
    "projects": ("项目", "Projects"),
    "scenario": ("情景", "Scenario"),
    "compare": ("比较", "Compare"),
    "data": ("数据", "Data"),
    "about": ("关于", "About"),
}
