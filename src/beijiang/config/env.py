"""Every setting of the product, in one object: name, type, default, and what it is for in both languages.

A setting `user_port` is read from `BEIJIANG_USER_PORT`. A setting that ends in `_file` names a file; for
the secret ones the value itself may stand in the variable without `_FILE` (`BEIJIANG_DB_PASSWORD`), which
is for containers whose platform hands secrets over that way. `docs/reference/settings.md` is written from
this file. Plain Python: nothing here imports Django, so the supervisor can read it too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from beijiang.kernel.words import Words

# ruff: noqa: RUF009 - setting() is dataclasses.field with words
PREFIX = "BEIJIANG_"
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, never bound by default


class BadSetting(ValueError):
    """A setting that cannot be used; the message (Words) names it and says what would be right."""


def setting(default: Any, zh: str, en: str, *, secret: bool = False) -> Any:
    """Declare one setting. A text default may name earlier settings in braces: `{data_dir}/lake`."""
    return field(default=default, repr=not secret, metadata={"zh": zh, "en": en, "secret": secret})


@dataclass(frozen=True)
class Env:
    """The settings of one process, already converted and checked."""

    # -- who we are
    domain: str = setting("user", "本进程所属的域：user（用户域）或 data（数据域）。", "The domain of this process: user or data.")
    demo: bool = setting(False, "演示模式：虚构的区域数据和演示账号。", "Demonstration: a fictional region and demonstration accounts.")
    debug: bool = setting(
        False, "开发用的详细错误页；生产环境必须关闭。", "Detailed error pages for developers; must be off in production."
    )
    language: str = setting("zh-hans", "默认界面语言：zh-hans 或 en。", "Default language of the pages: zh-hans or en.")
    log_level: str = setting("info", "运行日志级别。", "Level of the process logs.")

    # -- places and ports
    data_dir: Path = setting(
        Path("var"), "数据目录：数据库、消息流、数据湖、密钥都在其中。", "Data directory: databases, streams, lake and keys lie in it."
    )
    host: str = setting(
        "127.0.0.1",
        "用户域监听的地址；不是本机回环时总是启用 https。",
        "Address the user domain listens on; https is always on unless it is loopback.",
    )
    user_port: int = setting(8000, "用户域（页面和接口）的端口。", "Port of the user domain (pages and APIs).")
    data_host: str = setting("127.0.0.1", "数据域监听的地址，只允许回环地址。", "Address the data domain listens on; loopback only.")
    data_port: int = setting(8010, "数据域（数据门提供方）的端口。", "Port of the data domain (the door's provider side).")
    pg_port: int = setting(5442, "内置 PostgreSQL 的端口（只在回环地址）。", "Port of the embedded PostgreSQL (loopback only).")
    nats_port: int = setting(4232, "内置 NATS 的端口（只在回环地址）。", "Port of the embedded NATS (loopback only).")
    mqtt_port: int = setting(1883, "设备接入（MQTT）的端口。", "Port for devices (MQTT).")
    public_url: str = setting(
        "", "人们访问本系统的地址；空时按监听地址推定。", "Address people reach the product at; derived from host and port when empty."
    )
    data_url: str = setting(
        "http://{data_host}:{data_port}",
        "数据门提供方的地址，用户域由此提问。",
        "Address of the door's provider side, asked by the user domain.",
    )
    allowed_hosts: str = setting(
        "", "除监听地址外允许的主机名，逗号分隔。", "Host names allowed beside the listening address, comma separated."
    )
    workers: int = setting(1, "每个网页进程的工作进程数。", "Worker processes of each web process.")
    threads: int = setting(8, "同时执行的请求线程数。", "Threads that run requests at the same time.")
    decision_cache: bool = setting(
        True,
        "把授权决定保留片刻（最多五秒），其依据一有变化即作废；no 表示每次重新决定。",
        "Keep decisions for moments (five seconds at most), void as soon as anything they rest on changes; no: decide each time.",
    )
    decision_marks: Path = setting(
        "{data_dir}/run/decisions",
        "同一台机器上的进程据以得知授权变化的文件；使用外部 PostgreSQL 时不建立，也就不保留决定。",
        "File by which processes of one machine learn of changed grants; not made with an external PostgreSQL, and then no decision is kept.",
    )

    # -- records (PostgreSQL)
    db_host: str = setting("127.0.0.1", "PostgreSQL 的主机。", "Host of PostgreSQL.")
    db_port: int = setting(0, "PostgreSQL 的端口；0 表示内置端口。", "Port of PostgreSQL; 0 means the embedded one.")
    db_name: str = setting("bj_{domain}", "本域数据库名。", "Name of this domain's database.")
    db_user: str = setting("bj_{domain}_app", "连接本域数据库的角色。", "Role that connects to this domain's database.")
    db_password_file: Path | None = setting(None, "上述角色的口令文件。", "File with that role's password.", secret=True)
    db_pool: int = setting(0, "连接池的大小；0 表示每个线程保持一个连接。", "Connections in the process's pool; 0 keeps one per thread.")
    reader_name: str = setting(
        "bj_user", "数据域经由视图读取的用户域数据库名。", "The user domain's database, read by the data domain through views."
    )
    reader_user: str = setting("bj_data_reader", "数据域读取视图所用的角色。", "Role the data domain reads those views as.")
    reader_password_file: Path | None = setting(
        None, "读取角色的口令文件（只有数据域持有）。", "File with the reader's password (data domain only).", secret=True
    )
    external_pg: str = setting(
        "", "外部 PostgreSQL 的 主机:端口；空时启动内置的。", "host:port of an external PostgreSQL; the embedded one is started when empty."
    )

    # -- stream (NATS)
    nats_url: str = setting("nats://127.0.0.1:{nats_port}", "NATS 的地址。", "Address of NATS.")
    nats_seed_file: Path | None = setting(
        None,
        "本进程在 NATS 的 NKey 私钥种子文件；服务器只知道公钥。",
        "File with this process's NKey seed; the server knows only the public key.",
        secret=True,
    )
    external_nats: str = setting(
        "", "外部 NATS 的地址；空时启动内置的。", "Address of an external NATS; the embedded one is started when empty."
    )

    # -- keys
    django_secret_key_file: Path | None = setting(None, "网页会话签名密钥文件。", "File with the key that signs web sessions.", secret=True)
    token_key_file: Path | None = setting(
        None,
        "签发访问令牌的 ES256 私钥（PEM；只有用户域持有）。",
        "ES256 private key that signs access tokens (PEM; user domain only).",
        secret=True,
    )
    jwks_file: Path | None = setting(None, "核验访问令牌的公钥集（JWKS）。", "Public keys that verify access tokens (JWKS).")
    signing_key_file: Path | None = setting(
        None,
        "交换请求签名（RFC 9421）的 Ed25519 私钥（PEM）。",
        "Ed25519 private key that signs exchange requests (RFC 9421; PEM).",
        secret=True,
    )
    signing_key_id: str = setting("{domain}", "上述签名密钥的编号。", "Identifier of that signing key.")
    peer_keys_file: Path | None = setting(
        None, "可信交换对端的 Ed25519 公钥（JSON：编号 → PEM）。", "Ed25519 public keys of trusted exchange peers (JSON: id → PEM)."
    )
    log_key_file: Path | None = setting(
        None,
        "审计日志检查点的 Ed25519 私钥（C2SP note 格式；只有 relay 持有）。",
        "Ed25519 key that signs log checkpoints (C2SP note format; relay only).",
        secret=True,
    )
    log_public_key_file: Path | None = setting(None, "审计日志检查点的公钥（C2SP vkey）。", "Public key of log checkpoints (C2SP vkey).")
    log_origin: str = setting("beijiang.local/log", "审计日志的名称（检查点首行）。", "Origin line of the log's checkpoints.")
    blob_key_file: Path | None = setting(
        None, "附件加密密钥文件（32 字节，十六进制）。", "Key that encrypts stored files (32 bytes, hex).", secret=True
    )
    subject_key_file: Path | None = setting(
        None, "数据主体摘要的 HMAC 密钥文件（32 字节，十六进制）。", "HMAC key of data-subject digests (32 bytes, hex).", secret=True
    )

    # -- files and the lake
    blob_dir: Path = setting("{data_dir}/blobs", "附件的存放目录。", "Directory of stored files.")
    upload_dir: Path = setting(
        "{data_dir}/uploads", "上传途中的文件的存放目录（只有用户域可进入）。", "Directory of files on their way in (user domain only)."
    )
    upload_quota_gb: int = setting(10, "每人在途上传合计的上限（GiB）。", "Upload space of one person for files on their way, in GiB.")
    drop_dir: Path = setting(
        "{data_dir}/drop",
        "投放文件夹所在目录：放入 <用户名>/ 并 60 秒不变的文件自动成为该用户的草稿；可写权限由运维人员按组授予。",
        "Directory of drop folders: a file laid into <username>/ that does not change for 60 seconds becomes a draft of that user; "
        "who may write there, the operator says by its group.",
    )
    lake_root: Path = setting("{data_dir}/lake", "数据湖文件的根目录。", "Root directory of the lake's files.")
    lake_socket: Path = setting("{data_dir}/run/lake/lake.sock", "湖查询进程的 Unix 套接字。", "Unix socket of the lake worker.")
    lake_memory: str = setting("1GB", "湖查询进程的内存上限，如 1GB、512MiB。", "Memory limit of the lake worker, such as 1GB or 512MiB.")

    # -- https
    tls_cert_file: Path | None = setting(None, "服务器证书（PEM）。", "Server certificate (PEM).")
    tls_key_file: Path | None = setting(None, "服务器证书私钥（PEM）。", "Private key of the server certificate (PEM).", secret=True)
    ca_file: Path | None = setting(None, "信任的根证书（PEM）。", "Trusted root certificates (PEM).")

    # -- the command line
    token: str = setting("", "命令行 `ask` 使用的访问令牌。", "Access token used by the command `ask`.", secret=True)
    demo_password: str = setting(
        "beijiang-demo-2026", "演示账号的口令（只用于演示模式）。", "Password of the demonstration accounts (demonstration only)."
    )

    def secret(self, name: str, default: str | None = None) -> str:
        """The text of secret `name` (`db_password`), from `BEIJIANG_DB_PASSWORD` or the file named by `..._FILE`.

        Raises BadSetting when it is neither set nor readable and no default was given. Never logged.
        """
        direct = os.environ.get(PREFIX + name.upper())
        if direct:
            return direct
        path: Path | None = getattr(self, f"{name}_file")
        if path is None:
            if default is None:
                raise BadSetting(
                    Words(
                        f"没有设置 {PREFIX}{name.upper()}_FILE，而本进程需要它。",
                        f"{PREFIX}{name.upper()}_FILE is not set, and this process needs it.",
                    )
                )
            return default
        return read_secret(path)

    @property
    def tls(self) -> bool:
        """Whether the user domain must speak https: always, unless it listens on loopback only."""
        return self.host not in LOOPBACK

    @property
    def base_url(self) -> str:
        """The address people use, without a trailing slash."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in EVERYWHERE else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.user_port}"

    @property
    def hosts(self) -> list[str]:
        """Host names a request may carry."""
        extra = [name.strip() for name in self.allowed_hosts.split(",") if name.strip()]
        own = [] if self.host in EVERYWHERE else [self.host]
        return sorted({"localhost", "127.0.0.1", "[::1]", *own, *extra})


def read_secret(path: Path) -> str:
    """The stripped text of a secret file; BadSetting when it cannot be read or is empty."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(
            Words(f"无法读取密钥文件 {path}：{error.strerror}。", f"Cannot read the secret file {path}: {error.strerror}.")
        ) from error
    if not text:
        raise BadSetting(Words(f"密钥文件 {path} 是空的；请从备份恢复。", f"The secret file {path} is empty; restore it from a backup."))
    return text


def convert(item: Field[Any], text: str) -> Any:
    """Text from the environment as the declared type; BadSetting names the setting and the right form."""
    name, kind = PREFIX + item.name.upper(), str(item.type)
    if kind == "bool":
        if text.lower() not in TRUE | FALSE:
            raise BadSetting(Words(f"{name} 应为 yes 或 no，而不是 {text!r}。", f"{name} must be yes or no, not {text!r}."))
        return text.lower() in TRUE
    if kind == "int":
        if not text.strip().isdigit():
            raise BadSetting(Words(f"{name} 应为整数，而不是 {text!r}。", f"{name} must be a whole number, not {text!r}."))
        return int(text)
    if kind.startswith("Path"):
        if not text:
            return None
        return Path(text).expanduser().absolute()
    return text


def load(environ: Mapping[str, str] | None = None) -> Env:
    """Read the settings from the environment, fill derived defaults, check what can be checked at once."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for item in fields(Env):
        text = environ.get(PREFIX + item.name.upper())
        if text is not None and not (text == "" and item.type in {"int", "Path"}):
            values[item.name] = convert(item, text)
        elif isinstance(item.default, str):
            values[item.name] = convert(item, item.default.format_map(values))
        elif isinstance(item.default, Path):
            values[item.name] = item.default.absolute()
        else:
            values[item.name] = item.default
    values["db_port"] = values["db_port"] or values["pg_port"]
    if values["external_pg"]:
        host, _, port = values["external_pg"].rpartition(":")
        if not host or not port.isdigit():
            raise BadSetting(
                Words(
                    f"{PREFIX}EXTERNAL_PG 应为 主机:端口，而不是 {values['external_pg']!r}。",
                    f"{PREFIX}EXTERNAL_PG must be host:port, not {values['external_pg']!r}.",
                )
            )
        values["db_host"], values["db_port"] = host, int(port)
    if values["external_nats"]:
        values["nats_url"] = values["external_nats"]
    env = Env(**values)
    check(env)
    return env


def check(env: Env) -> None:
    """Refuse values that could only fail later and less clearly."""
    if env.domain not in {"user", "data"}:
        raise BadSetting(
            Words(f"{PREFIX}DOMAIN 应为 user 或 data，而不是 {env.domain!r}。", f"{PREFIX}DOMAIN must be user or data, not {env.domain!r}.")
        )
    if env.language not in {"zh-hans", "en"}:
        raise BadSetting(
            Words(
                f"{PREFIX}LANGUAGE 应为 zh-hans 或 en，而不是 {env.language!r}。",
                f"{PREFIX}LANGUAGE must be zh-hans or en, not {env.language!r}.",
            )
        )
    for name in ("user_port", "data_port", "pg_port", "nats_port", "mqtt_port", "db_port"):
        if not 0 < getattr(env, name) < 65536:
            raise BadSetting(
                Words(
                    f"{PREFIX}{name.upper()} 应在 1 到 65535 之间，而不是 {getattr(env, name)}。",
                    f"{PREFIX}{name.upper()} must be between 1 and 65535, not {getattr(env, name)}.",
                )
            )
    if env.workers < 1 or env.threads < 1:
        raise BadSetting(
            Words(f"{PREFIX}WORKERS 和 {PREFIX}THREADS 至少为 1。", f"{PREFIX}WORKERS and {PREFIX}THREADS must be at least 1.")
        )
    if env.data_host not in LOOPBACK:
        raise BadSetting(
            Words(
                f"{PREFIX}DATA_HOST 必须是回环地址：数据域从不对网络开放。",
                f"{PREFIX}DATA_HOST must be a loopback address: the data domain is never open to a network.",
            )
        )


def documented() -> list[dict[str, Any]]:
    """Every setting as name, type, default, zh, en, secret: what the reference page is written from."""
    return [
        {
            "name": PREFIX + item.name.upper(),
            "type": str(item.type),
            "default": str(item.default if item.default is not None else ""),
            "zh": item.metadata["zh"],
            "en": item.metadata["en"],
            "secret": item.metadata["secret"],
        }
        for item in fields(Env)
    ]
