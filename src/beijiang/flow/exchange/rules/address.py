"""Addresses of services, `/r1/{instance}/{class}/{member}/{subsystem}/…` (X-Road REST)."""

from __future__ import annotations

import re

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from ..types import ServiceId

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""Narrower than X-Road's set: nothing here needs percent-encoding, so a path has one spelling only."""


def check_identifier(text: str) -> str:
    """This function will return `text` if it can stand in an address; Invalid otherwise."""
    if not IDENTIFIER.fullmatch(text) or ".." in text:
        raise Invalid(
            "exchange.bad_identifier",
            detail=Words(
                "地址中的标识只能含字母、数字、点、横线和下划线。", "An identifier has letters, digits, dots, dashes and underscores only."
            ),
        )
    return text


def parse_client(header: str) -> ServiceId:
    """This function will read `X-Road-Client: instance/class/member/subsystem`."""
    parts = header.split("/")
    if len(parts) != 4:
        raise Invalid(
            "exchange.bad_client",
            detail=Words("X-Road-Client 应为 实例/类别/成员/子系统。", "X-Road-Client has the form instance/class/member/subsystem."),
        )
    return ServiceId(*(check_identifier(part) for part in parts))


def target(service: ServiceId, *rest: str) -> str:
    """This function will give the path of a service's endpoint."""
    return "/".join(["/r1", str(service), *(check_identifier(part) for part in rest)])


def parse_target(path: str) -> tuple[ServiceId, tuple[str, ...]]:
    """This function will split a path into the service and what follows; Invalid if it is not of this form."""
    parts = path.split("/")
    if len(parts) < 7 or parts[:2] != ["", "r1"]:
        raise Invalid("exchange.bad_address", detail=Words("没有这样的服务地址。", "There is no such service address."))
    return ServiceId(*(check_identifier(p) for p in parts[2:6])), tuple(check_identifier(p) for p in parts[6:])
