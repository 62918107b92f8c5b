"""What is told where nobody's name is given: which box on the page of that kind of record takes it."""

from __future__ import annotations

#: (Chinese, English) way to the box; the words are those of the screens, and a test holds them to each other.
_WHERE = {
    "scenario": (
        "请在“保存与管理”中填写“保存人”后重试",
        "fill in “Saved by” under “Save and manage” and try again",
    ),
    "upload": ("请填写“上传人”后重试", "fill in “By” and try again"),
    "correction": ("请填写“填报人”后重试", "fill in “Who” and try again"),
    "progress": ("请填写“填报人”后重试", "fill in “Who” and try again"),
}
_ANYWHERE = ("请填写姓名后重试", "give a name and try again")


def refusal(kind: str) -> tuple[str, str]:
    """Return (English, Chinese) why a record of ``kind`` is not saved, deleted or brought back without a name."""
    zh, en = _WHERE.get(kind, _ANYWHERE)
    return f"nobody is named who does it: {en}", f"未注明由谁操作:{zh}"
