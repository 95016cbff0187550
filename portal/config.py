"""Settings from the environment, read once and frozen."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")


@dataclass(frozen=True)
class Settings:
    """What an installation may decide. Every name here is an environment variable, described in docs/settings.md."""

    data_dir: Path
    database_url: str
    company: str = "한빛윤활유"
    company_zone: str = "Asia/Seoul"
    base_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    log_level: str = "INFO"
    mail_url: str = field(default="", repr=False)  # may hold a password
    mail_from: str = "Sightglass <sightglass@localhost>"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment; what is not set has a default that suits one machine."""
        data_dir = Path(os.environ.get("DATA_DIR", ROOT / "instance")).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        port = os.environ.get("PORT", "8000")
        return cls(
            data_dir=data_dir,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'sightglass.db'}",
            company=os.environ.get("COMPANY", cls.company),
            company_zone=os.environ.get("COMPANY_ZONE", cls.company_zone),
            base_url=os.environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            trusted_proxies=int(os.environ.get("TRUSTED_PROXIES", "0")),
            log_level=os.environ.get("LOG_LEVEL", "INFO"),
            mail_url=_mail_url(os.environ.get("MAIL_URL", "")),
            mail_from=os.environ.get("MAIL_FROM", cls.mail_from),
        )


def _mail_url(url: str) -> str:
    """The address of the mail server, or nothing. Raises ValueError, at the start and not at the first mail."""
    parts = urlsplit(url)
    if url and not (parts.scheme in MAIL_SCHEMES and parts.hostname and parts.port != 0):
        raise ValueError(f"MAIL_URL must be {' or '.join(f'{s}://host:port' for s in MAIL_SCHEMES)}")
    return url
