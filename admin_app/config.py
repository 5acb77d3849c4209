"""The office's settings: typed, and a bad value refuses to start."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models import Role

POSTGRESQL = ("postgres://", "postgresql://")
ROOT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """``STATION_*`` variables, else ``station.toml`` in the instance folder, else defaults."""

    model_config = SettingsConfigDict(env_prefix="STATION_", extra="forbid")

    instance: Path = ROOT / "instance"
    database_url: str = ""
    # The address that QR codes, trusted hosts and Secure cookies go by.
    public_url: str = ""
    # Further names under which the office LAN reaches this machine.
    trusted_hosts: list[str] = Field(default_factory=list)
    # How many proxies in front set X-Forwarded-For and -Proto.
    proxies: int = Field(default=0, ge=0, le=5)
    language: Literal["zh_Hans_CN", "en"] = "zh_Hans_CN"
    max_upload_mb: int = Field(default=20, ge=1, le=200)
    # Of one picture or paper of evidence; never more than an upload may be.
    evidence_mb: int = Field(default=10, ge=1, le=50)
    sign_in_hours: int = Field(default=12, ge=1, le=168)
    # After so long without a click the password is asked for again.
    idle_minutes: int = Field(default=60, ge=5, le=1440)
    # Whoever holds one of these roles signs in with a second factor.
    second_factor_roles: list[Role] = Field(default_factory=list)
    # How long a file that a worker made is kept for its asker.
    job_hours: int = Field(default=24, ge=1, le=168)
    # From which hour of the office's day on a worker checks the ledger; off: never by itself.
    nightly_hour: int | None = Field(default=2, ge=0, le=23)
    # Where the night's backup goes, and how many of them stay there; unset: none by itself.
    backup_folder: Path | None = None
    backups_kept: int = Field(default=14, ge=1, le=1000)
    secret_key: SecretStr | None = None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("give a whole address, such as https://zyz.example.cn")
        return value.rstrip("/")

    @field_validator("nightly_hour", mode="before")
    @classmethod
    def _is_an_hour_or_off(cls, value: object) -> object:
        return None if value == "off" else value

    @property
    def database(self) -> str:
        """Return the address of the database; without one, a file in the instance folder."""
        if self.database_url.startswith(POSTGRESQL):
            # However an operator writes it, the driver is psycopg 3.
            return "postgresql+psycopg://" + self.database_url.partition("://")[2]
        return self.database_url or f"sqlite:///{(self.instance / 'station.db').resolve()}"

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the office through TLS."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """Return every host name that a request may carry."""
        named = urlsplit(self.public_url).hostname
        return ["127.0.0.1", "localhost", "[::1]", *([named] if named else []), *self.trusted_hosts]

    @property
    def paper_url(self) -> str:
        """Return the address that papers may print, or nothing for one no reader can reach."""
        host = urlsplit(self.public_url).hostname or ""
        return "" if not host or _is_loopback(host) else self.public_url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the file in the instance folder below the environment."""
        named = {**env_settings(), **init_settings()}
        instance = Path(named.get("instance", ROOT / "instance"))
        toml = TomlConfigSettingsSource(settings_cls, instance / "station.toml")
        return init_settings, env_settings, toml


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
