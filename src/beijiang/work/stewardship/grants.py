"""What may be done in stewardship, in words. What of a dataset may be changed, the door decides each time."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

_STEWARDS = {"steward", "owner", "kexin"}

SEE = permission("stewardship.see", Words("查看接入、入库任务和数据质量", "See what is brought in, its runs and its quality"), _STEWARDS)
UPLOAD = permission("stewardship.upload", Words("上传数据文件", "Upload a file of records"), _STEWARDS)
PUBLISH = permission("stewardship.publish", Words("核对草稿并入库", "Map a draft and take it in"), _STEWARDS)
CARE = permission(
    "stewardship.care", Words("维护数据集的说明、级别和期限", "Care for a dataset's description, grade and retention"), _STEWARDS
)
WORK = permission(
    "stewardship.work",
    Words("送入已上传的文件、收取投放文件夹、清除过期的上传", "Send uploaded files on, empty drop folders, clear uploads past their time"),
    {"system"},
)
