"""What may be done with the log, in words, and the duties that usually carry it."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

READ = permission("audit.read", Words("查阅全部审计日志（不含数据内容）", "Read the whole audit log (no content of data)"), {"auditor"})
READ_OWN = permission("audit.read_own", Words("查阅自己的使用记录", "Read the entries of one's own actions"), {"*"})
GRANT_USES = permission("audit.grant_uses", Words("查看授权被使用了多少次", "See how often grants were used"), {"*"})
USES_OF = permission(
    "audit.uses_of",
    Words("查询某人数据被使用的记录（供本人知悉）", "Find the uses of a person's data (for that person)"),
    {"system"},
)
FORGET = permission(
    "audit.forget",
    Words("按保存期限删除审计内容，保留承诺值", "Delete the content of audit entries when its time is up; leaves stay"),
    {"system", "legal"},
)
VERIFY = permission(
    "audit.verify", Words("核验整个审计日志", "Verify the whole audit log"), {"auditor", "administrator", "kexin", "system"}
)
EXPORT = permission(
    "audit.export", Words("导出审计清单和证据包（不含数据内容）", "Export audit lists and bundles (no content of data)"), {"auditor"}
)
MAKE = permission("audit.make_bundle", Words("制作和清理证据包、抽取样本", "Make and clear bundles, draw samples"), {"system"})
CHECK = permission("audit.check", Words("登记抽查结论", "Note the finding of a spot check"), {"auditor"})
ANSWER_CHECK = permission("audit.answer_check", Words("答复督察的抽查询问", "Answer a spot check of Inspection"), {"*"})
