"""The lake (数据湖): datasets, their Iceberg tables, ingestion, and the governed question.

Words: *dataset* 数据集, *data element* 数据元, *ingest run* 入库任务, *bad row* 问题行, *snapshot* 快照,
*governed query* 受控查询. A data-domain room: no pages. It is reached by the door (flow.exchange) alone.
"""
