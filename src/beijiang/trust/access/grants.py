"""What may be done in access, in words, and the duties that usually carry it."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

SEE_OWN = permission("access.see_own", Words("查看自己的授权", "See one's own grants"), {"*"})
SEE_PURPOSES = permission("access.see_purposes", Words("查看使用目的及其法律依据", "See the purposes and their articles"), {"*"})
SEE_MATTERS = permission("access.see_matters", Words("查看自己经办的事项", "See the matters one works on"), {"*"})
PREVIEW = permission("access.preview", Words("预先了解一次查询能否获准", "Learn beforehand whether a question would be permitted"), {"*"})
REGISTER_RESOURCE = permission("access.register_resource", Words("登记数据集", "Register a dataset"), {"owner", "steward"})
SET_OPEN_SHARE = permission("access.set_open_share", Words("开放或者停止开放数据集", "Open a dataset, or close it again"), {"owner"})
REGISTER_MATTER = permission("access.register_matter", Words("登记事项", "Register a matter"), {"officer", "chief"})
CLOSE_MATTER = permission("access.close_matter", Words("办结事项", "Close a matter"), {"officer", "chief"})
ISSUE_GRANT = permission("access.issue_grant", Words("签发授权", "Issue a grant"), {"owner"})
REVOKE_GRANT = permission("access.revoke_grant", Words("查看和撤销本单位数据的授权", "See and revoke grants on one's data"), {"owner"})
RETURN_GRANT = permission("access.return_grant", Words("提前交还自己的授权", "Give back one's own grant early"), {"*"})
BREAK_GLASS = permission("access.break_glass", Words("紧急查询", "Break glass"), {"officer", "chief"})
REVIEW_BREAK_GLASS = permission("access.review_break_glass", Words("复核紧急查询", "Review break-glass uses"), {"supervisor", "auditor"})
