"""Stewardship (数据治理): bringing records in and caring for datasets.

A file comes in pieces (an upload, 上传), by a form, or by a folder (投放文件夹); whole, it goes through the door and becomes a draft
(草稿) there; a steward maps its columns and publishes it; a run (入库任务) takes the rows in. This room keeps uploads on their way and
what was typed on a draft's page; everything else is asked of the door.
"""
