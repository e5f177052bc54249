"""Values out of environment variables, and a sentence for each that cannot be used."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"", "0", "false", "no", "off"})


class Environment:
    """Takes values out of the environment and keeps a sentence for each it cannot use."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        value = self._env.get(name, "").strip() or default
        if any(ord(letter) < 32 for letter in value):
            self.problems.append(f"{name} holds a control character: set it on one line.")
        return value

    def required(self, name: str, meaning: str) -> str:
        value = self.text(name)
        if not value:
            self.problems.append(f"{name} is not set: set it to {meaning}.")
        return value

    def listed(self, name: str, default: str = "") -> tuple[str, ...]:
        return tuple(filter(None, (item.strip() for item in self.text(name, default).split(","))))

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} is {value!r}: set it to one of {', '.join(allowed)}.")
            return allowed[0]  # the strictest; the rest is then checked as production
        return value

    def origin(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        is_origin = (
            parts.scheme in ("http", "https") and value == f"{parts.scheme}://{parts.netloc}"
        )
        if value and not (is_origin and parts.hostname and "@" not in parts.netloc):
            self.problems.append(f"{name} is no address like https://pay.example.com: set one.")
        return value

    def zone(self, name: str, default: str) -> ZoneInfo:
        value = self.text(name, default)
        if value not in available_timezones():
            self.problems.append(f"{name} is {value!r}: set a zone such as Europe/Paris.")
            return ZoneInfo("UTC")
        return ZoneInfo(value)

    def count(self, name: str, most: int) -> int:
        value = self.text(name, "0")
        if not (value.isdecimal() and value.isascii() and int(value) <= most):
            self.problems.append(f"{name} is {value!r}: set a number from 0 to {most}.")
            return 0
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).lower()
        if value not in _YES | _NO:
            self.problems.append(f"{name} is {value!r}: set 1 or 0.")
        return value in _YES if value else default
