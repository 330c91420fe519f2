"""What may be done in permissions, in words, and the duties that usually carry it."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

APPLY = permission(
    "permissions.apply",
    Words("申请使用数据", "Apply for the use of data"),
    {"officer", "chief", "liaison", "owner", "steward", "legal", "supervisor"},
)
SEE_OWN = permission("permissions.see_own", Words("查看自己的申请和授权", "See one's own applications and permissions"), {"*"})
SEE_QUEUE = permission("permissions.see_queue", Words("查看待自己审批的申请", "See the applications that wait for oneself"), {"*"})
DECIDE_AS_CHIEF = permission("permissions.decide_as_chief", Words("作为单位负责人审批申请", "Decide on applications as chief"), {"chief"})
DECIDE_AS_OWNER = permission("permissions.decide_as_owner", Words("作为数据所有人审批申请", "Decide on applications as owner"), {"owner"})
SWEEP = permission("permissions.sweep", Words("清理失效的申请", "End applications that were overtaken"), {"system"})
