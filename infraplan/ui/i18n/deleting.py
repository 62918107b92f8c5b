"""Words for deleting a record on a page."""

TEXT = {
    "changed": (
        "“{title}”未删除:您打开后,{who} 已于 {when} 作了修改。页面现显示新内容;仍要删除,请重新选择后再删除。",
        "“{title}” was not deleted: {who} changed it at {when}, after you opened it. The page now shows the new "
        "content; to delete it all the same, choose it again.",
    ),
}
