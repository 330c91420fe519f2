"""What may be done in identity, in words, and the duties that usually carry it."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

SIGN_IN = permission("identity.sign_in", Words("登录和凭一次性链接设置密码", "Sign in, and set a password by a one-time link"), {"public"})
OWN_ACCOUNT = permission("identity.own_account", Words("管理自己的账户和登录会话", "Care for one's own account and sessions"), {"*"})
OWN_TOKEN = permission("identity.own_token", Words("以自己的名义取得访问令牌", "Get a token in one's own name"), {"*"})
APP_TOKEN = permission("identity.app_token", Words("以登记的服务的名义取得令牌", "Get a token in the name of a registered service"), {"*"})
SEE_DIRECTORY = permission("identity.see_directory", Words("查看单位和人员", "See units and people"), {"chief", "administrator", "kexin"})
MANAGE_UNITS = permission("identity.manage_units", Words("建立和导入单位", "Create and import units"), {"administrator"})
MANAGE_PEOPLE = permission(
    "identity.manage_people",
    Words("管理本单位人员：建账户、任岗、停用、发链接", "Care for one's unit's people: accounts, posts, leavers, links"),
    {"chief", "administrator"},
)
SUBSTITUTES = permission(
    "identity.substitutes",
    Words(
        "指定和结束自己岗位的代理人，负责人和系统管理员可以为下属指定",
        "Appoint and end a substitute for one's own post; chiefs and administrators for others",
    ),
    {"*"},
)
IMPORT_PEOPLE = permission("identity.import_people", Words("批量导入人员", "Import people in bulk"), {"administrator"})
MANAGE_SERVICES = permission("identity.manage_services", Words("登记服务的密钥", "Register keys of services"), {"administrator", "kexin"})
FIRST_ADMINISTRATOR = permission(
    "identity.first_administrator",
    Words("安装时签发首个管理员的链接", "Issue the first administrator's link at installation"),
    {"system"},
)
