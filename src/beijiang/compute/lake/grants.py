"""What may be done in the lake, and the duties that usually carry it."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

DEFINE = permission("lake.define_dataset", Words("定义数据集", "Define a dataset"), {"steward", "owner", "kexin", "system"})
INGEST = permission("lake.ingest", Words("数据入库", "Bring a file into a dataset"), {"steward", "owner", "kexin", "system"})
APPEND = permission("lake.append", Words("写入记录", "Append records to a dataset"), {"steward", "owner", "kexin", "system"})
DEFINE_ELEMENT = permission("lake.define_element", Words("登记数据元", "Register a data element"), {"steward", "kexin", "system"})
SEE_BAD_ROWS = permission(
    "lake.see_bad_rows", Words("查看搁置的问题行", "See the rows that were set aside"), {"steward", "owner", "system"}
)
SEE_RUNS = permission("lake.see_runs", Words("查看入库任务", "See ingest runs"), {"steward", "owner", "kexin", "auditor", "system"})
SEE_DRAFT = permission("lake.see_draft", Words("查看送来的文件", "See a brought file"), {"steward", "owner", "kexin", "system"})
LOOSEN = permission("lake.loosen_dataset", Words("放松对数据集的保护", "Open a dataset wider"), {"owner", "system"})
HAND_OVER = permission("lake.hand_over_dataset", Words("把数据集移交其他单位", "Hand a dataset over to another unit"), {"owner", "system"})
MEASURE = permission("lake.measure", Words("测量数据质量", "Measure the quality of data"), {"system"})
MAINTAIN = permission("lake.maintain", Words("整理数据表、执行保存期限", "Tidy tables and carry out retention"), {"system"})
