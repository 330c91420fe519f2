"""Ask the data (问数据): find a dataset, ask it by form or SQL, keep the receipts.

Words: *question* 提问, *condition* 条件, *directory* 数据目录, *my questions* 我的提问, *receipt* 回执, *ask again* 再次提问.
It reaches the lake by the door (flow.exchange) alone and keeps no rows.
"""
