"""Settings from the environment, read once and frozen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
        )
