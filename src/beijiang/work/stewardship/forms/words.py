"""Closed lists in words, and what the upload script says."""

from __future__ import annotations

from django.urls import reverse

from beijiang.kernel.words import Words

GRADES = {
    "open": Words("公开：不含个人信息，可向社会公布", "Open: no personal data, may be published"),
    "internal": Words("内部：供本系统人员办公使用", "Internal: for the work of the force"),
    "sensitive": Words("敏感：含个人信息，须申请授权，默认遮盖证件号和电话", "Sensitive: personal data, by grant only, numbers masked"),
    "core": Words("核心：泄露会造成严重危害，授权从严、时间更短", "Core: grave harm if it leaks; grants are stricter and shorter"),
}
SUBJECTS = {
    "": Words("不指向人", "no person"),
    "name": Words("姓名", "name"),
    "id_card": Words("公民身份号码", "identity number"),
    "passport": Words("护照号", "passport number"),
    "phone": Words("电话", "telephone"),
    "plate": Words("号牌", "plate"),
    "licence": Words("许可证号", "licence number"),
    "account": Words("账号", "account"),
}
MASKS = {
    "none": Words("原样", "as it is"),
    "last4": Words("仅后四位", "last 4 only"),
    "first4": Words("仅前四位", "first 4 only"),
    "year": Words("仅年份", "year only"),
    "hash": Words("加密摘要", "digest only"),
    "redact": Words("遮盖", "redacted"),
    "null": Words("不显示", "withheld"),
}


def unit_search() -> dict[str, str]:
    """This function will give the attributes by which a field of a unit's code is searched by name while it is typed."""
    return {
        "list": "units",
        "autocomplete": "off",
        "hx-get": reverse("stewardship:units"),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#units",
        "hx-swap": "innerHTML",
    }


def upload_words() -> dict[str, Words]:
    """This function will give what the upload script says, by the names it knows."""
    return {
        "waiting": Words("排队中", "waiting"),
        "reading": Words("正在读取文件", "reading the file"),
        "sending": Words("已上传 {done} / {all}", "{done} of {all} uploaded"),
        "resumed": Words("从 {done} 处继续", "going on from {done}"),
        "finishing": Words("已传完，正在送入数据门", "uploaded, on its way through the door"),
        "sent": Words("已送入，可以核对", "handed over, ready to be mapped"),
        "open": Words("打开草稿", "Open the draft"),
        "cancel": Words("取消", "Cancel"),
        "cancelled": Words("已取消，服务器上的部分已删除", "cancelled; what had come was deleted"),
        "go_on": Words("继续", "Go on"),
        "line": Words("连接中断，{n} 秒后重试；已上传的都在", "the line is down, trying again in {n} s; what was uploaded is kept"),
        "signed_out": Words(
            "登录已结束。已上传的都在：请重新登录，然后继续。",
            "Your sign-in has ended. What was uploaded is kept: sign in again, then go on.",
        ),
        "sign_in": Words("重新登录", "Sign in again"),
        "changed": Words(
            "读不到文件：它被改动、移动或删除了。请重新选择它。",
            "The file cannot be read: it was changed, moved or deleted. Choose it again.",
        ),
        "empty": Words("文件是空的，没有上传。", "The file is empty; it was not uploaded."),
        "too_large": Words("文件超过 2 GiB，没有上传。请拆成几份。", "The file is over 2 GiB and was not uploaded. Split it."),
        "twice": Words("这个文件已在列表中。", "This file is on the list already."),
        "server": Words(
            "服务器没有应答，请稍后继续；已上传的都在。", "The server does not answer. Go on later; what was uploaded is kept."
        ),
        "failed": Words("没有送入", "not taken"),
        "nothing": Words("这里面没有可以上传的文件。", "There is no file in it to upload."),
        "many": Words("一次最多 {n} 个文件，其余没有加入。", "At most {n} files at once; the rest was left out."),
        "progress": Words("{name} 的上传进度", "Upload of {name}"),
        "dismiss": Words("从列表移去", "Take off the list"),
        "announce": Words("{name}：{text}", "{name}: {text}"),
    }
