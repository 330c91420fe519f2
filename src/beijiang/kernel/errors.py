"""What can go wrong, in words for the person who gets it (RFC 9457 problem details)."""

from __future__ import annotations

from typing import Any, ClassVar

from .words import Words


class Problem(Exception):
    """An error with a stable code, a title and a detail that says what happened, what was kept, what next.

    `extra` holds further members of the problem document and must never carry content of records.
    """

    status: ClassVar[int] = 500
    default_title: ClassVar[Words] = Words("系统出错", "Something went wrong")

    def __init__(self, code: str, title: Words | None = None, detail: Words | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.title = title or self.default_title
        self.detail = detail
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        """This function will give the RFC 9457 members in the current language, with both languages beside."""
        body: dict[str, Any] = {
            "type": f"urn:beijiang:problem:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "code": self.code,
            "title_words": self.title.as_dict(),
        }
        if self.detail is not None:
            body["detail"] = str(self.detail)
            body["detail_words"] = self.detail.as_dict()
        for key, value in self.extra.items():
            body[key] = _plain(value)
        return body

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else str(self.title)


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return value.as_dict()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


class Unauthenticated(Problem):
    """Nobody is signed in, or the token does not stand."""

    status = 401
    default_title = Words("请先登录", "Sign in first")


class Refused(Problem):
    """The policy says no. Always leaves a leaf in the log (RIGHTS 8)."""

    status = 403
    default_title = Words("未获准许", "Not permitted")


class NotFound(Problem):
    """There is no such thing, or not for this person."""

    status = 404
    default_title = Words("没有找到", "Not found")


class MethodNotAllowed(Problem):
    """The address is there, but does not take this method."""

    status = 405
    default_title = Words("不支持这种请求方法", "This method is not allowed here")


class Conflict(Problem):
    """Somebody else changed it first, or it is already so."""

    status = 409
    default_title = Words("内容已被改动", "It has changed meanwhile")


class TooLarge(Problem):
    """Over a stated limit."""

    status = 413
    default_title = Words("超出上限", "Too large")


class Invalid(Problem):
    """The input cannot be used as it is; `extra["fields"]` may name the fields."""

    status = 422
    default_title = Words("填写有误", "Please check what was entered")


class TooMany(Problem):
    """Too many tries; `extra["retry_after"]` in seconds."""

    status = 429
    default_title = Words("操作过于频繁", "Too many attempts")


class Unavailable(Problem):
    """A part is away for now; what was handed over is kept."""

    status = 503
    default_title = Words("暂时无法使用", "Not available for the moment")
