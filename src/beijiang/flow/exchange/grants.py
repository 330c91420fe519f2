"""What may be done at the door, in words. What of a dataset may be asked is decided per question by access."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

ASK = permission("exchange.ask", Words("经数据门提问", "Ask a question at the door"), {"*"})
BRING = permission("exchange.bring", Words("经数据门送入数据文件", "Bring a file of records to the door"), {"steward", "owner", "kexin"})
SEE_DIRECTORY = permission("exchange.see_directory", Words("查看数据目录", "See the directory of datasets"), {"*"})
LIST_DATASET = permission("exchange.list_dataset", Words("把数据集列入目录", "List a dataset in the directory"), {"system"})
TAKE_RECORDS = permission("exchange.take_records", Words("接收业务系统发布的记录", "Take records that a work room published"), {"system"})
SEE_RUNS = permission(
    "exchange.see_runs",
    Words("查看入库任务与数据质量", "See ingest runs and the quality of data"),
    {"steward", "owner", "kexin", "auditor"},
)
SEAL = permission(
    "exchange.seal_turned_away", Words("把门口拒绝的请求记入日志", "Write what was turned away at the door into the log"), {"system"}
)
