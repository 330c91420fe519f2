"""Permissions (授权申请): apply for the use of datasets, decide on applications, look after one's own permissions.

Words: *application* 申请, *to pass* 同意并转交 (the chief), *to approve* 批准 (the owner), *to ask back* 退回补充, *to narrow* 缩小范围,
*to lapse* 失效, *bundle* 一并签发 (grants issued together, which alone may be joined). The grants themselves are access's.
"""
