"""What may be done in inquiry, in words. What of a dataset may be asked, the door decides each time."""

from __future__ import annotations

from beijiang.kernel.guard import permission
from beijiang.kernel.words import Words

SEE = permission("inquiry.see", Words("查看数据目录和数据集说明", "See the directory and what a dataset holds"), {"*"})
ASK = permission("inquiry.ask", Words("提问", "Ask a question"), {"*"})
SEE_OWN = permission("inquiry.see_own", Words("查看自己的提问和回执", "See one's own questions and receipts"), {"*"})
FORGET = permission("inquiry.forget", Words("清除过期的提问记录", "Clear questions past their time"), {"system"})
