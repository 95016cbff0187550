"""How a browser is said to the reader."""

from __future__ import annotations

from flask_babel import gettext as _

# By the first sign found in what a browser says of itself; the order matters, as most also claim to be others.
BROWSERS = {
    "SamsungBrowser": "Samsung Internet", "Whale": "Whale", "KAKAOTALK": "KakaoTalk", "NAVER": "Naver", "Edg": "Edge",
    "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "Mac",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def device(agent: str) -> str:
    """The device in words, from what its browser said at the login: Chrome, Android."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return ", ".join(filter(None, (browser, system))) or _("Unknown device")
