"""What the environment says, read once and checked before anything starts.

A refusal names the variable and what to set. Production refuses what only a demo may have.
Variables are QUITTANCE_* except the three database addresses; a list is separated by commas.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from foundation.environment import Environment
from foundation.errors import QuittanceError
from foundation.keyring import KEY_BYTES, KeyRing, KeyUnusable

Mode = Literal["production", "demo", "test"]

SECRET_LENGTH_MIN: Final = 32
PROXIES_MAX: Final = 5
STRIPE_PAGE: Final = "https://checkout.stripe.com"
# Known to everybody who can read this file; production refuses them by name.
DEMO_SECRET: Final = "demo-key-known-to-all-and-refused-in-production"  # noqa: S105 - says so itself
DEMO_MAIL_FROM: Final = "Quittance <accounts@localhost>"  # nobody reads it
DEMO_AUDIT_KEY: Final = "demo-audit-key-known-to-all-refused-in-production"
DEMO_DATA_KEY: Final = "cXVpdHRhbmNlLWRlbW8ta2V5LWtub3duLXRvLWFsbCE="


class UnsafeSettings(QuittanceError):
    """The environment does not let us start; every problem at once, a sentence each."""

    code = "settings.unsafe"

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. What is secret never shows in its repr."""

    mode: Mode
    database_url: str = field(repr=False)
    database_portal_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)  # the first signs, all verify
    audit_key: bytes = field(repr=False)
    keyring: KeyRing = field(repr=False)  # for secrets at rest
    portal_url: str
    api_url: str
    stripe_key: str = field(repr=False)
    stripe_url: str  # empty: Stripe's own
    stripe_page: str  # origin of the hosted payment page
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    broker_url: str = field(repr=False)
    smtp_url: str = field(repr=False)
    mail_from: str  # customers are told to write here, so somebody reads it
    zone: ZoneInfo
    seller_name: str
    trusted_proxies: int
    trusted_hosts: tuple[str, ...]
    var: Path
    fonts: tuple[Path, ...]
    debug: bool
    clock_may_move: bool

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self:
        """Read and check. Raises UnsafeSettings with every problem found."""
        read = Environment(env)
        mode = read.one_of("QUITTANCE_MODE", get_args(Mode), "demo")
        portal_url = read.origin("QUITTANCE_PORTAL_URL", "http://localhost:8000")
        api_url = read.origin("QUITTANCE_API_URL", "http://localhost:8002")
        hosts = tuple(dict.fromkeys(filter(None, (_host(portal_url), _host(api_url)))))
        settings = cls(
            mode=mode,  # type: ignore[arg-type] # one_of let only a Mode through
            database_url=read.required("DATABASE_URL", "the address for role quittance_app"),
            database_portal_url=read.text("DATABASE_PORTAL_URL"),
            database_owner_url=read.text("DATABASE_OWNER_URL"),
            secret_keys=read.listed("QUITTANCE_SECRET_KEY", DEMO_SECRET),
            audit_key=read.text("QUITTANCE_AUDIT_KEY", DEMO_AUDIT_KEY).encode(),
            keyring=_keyring(read),
            portal_url=portal_url,
            api_url=api_url,
            stripe_key=read.text("QUITTANCE_STRIPE_KEY"),
            stripe_url=read.origin("QUITTANCE_STRIPE_URL", ""),
            stripe_page=read.origin("QUITTANCE_STRIPE_PAGE", STRIPE_PAGE),
            stripe_webhook_secrets=read.listed("QUITTANCE_STRIPE_WEBHOOK_SECRETS"),
            broker_url=read.text("QUITTANCE_BROKER_URL"),
            smtp_url=read.text("QUITTANCE_SMTP_URL"),
            mail_from=read.text("QUITTANCE_MAIL_FROM", DEMO_MAIL_FROM),
            zone=read.zone("QUITTANCE_TIME_ZONE", "Europe/Paris"),
            seller_name=read.text("QUITTANCE_SELLER_NAME", "Quittance"),
            trusted_proxies=read.count("QUITTANCE_TRUSTED_PROXIES", PROXIES_MAX),
            trusted_hosts=read.listed("QUITTANCE_TRUSTED_HOSTS") or hosts,
            var=Path(read.text("QUITTANCE_VAR", "var")).absolute(),
            fonts=tuple(Path(folder) for folder in read.listed("QUITTANCE_FONTS")),
            debug=read.flag("QUITTANCE_DEBUG"),
            clock_may_move=read.flag("QUITTANCE_MOVABLE_CLOCK", default=mode != "production"),
        )
        problems = (*read.problems, *_problems_of(settings))
        if problems:
            raise UnsafeSettings(problems)
        return settings

    @property
    def is_production(self) -> bool:
        """Real money, real people."""
        return self.mode == "production"


def _keyring(read: Environment) -> KeyRing:
    """The keys of secrets at rest, the newest first."""
    try:
        return KeyRing.of(read.listed("QUITTANCE_DATA_KEYS", DEMO_DATA_KEY))
    except KeyUnusable as refusal:
        read.problems.append(
            f"QUITTANCE_DATA_KEYS has a key that is none ({refusal}): set the base64 of"
            f" {KEY_BYTES} random bytes, several by commas, the newest first."
        )
        return KeyRing.of([DEMO_DATA_KEY])


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""


def _problems_of(settings: Settings) -> list[str]:
    if not settings.is_production:
        return _demo_problems(settings)
    return [
        *_switch_problems(settings),
        *_secret_problems(settings),
        *_address_problems(settings),
        *_stripe_problems(settings),
    ]


def _demo_problems(settings: Settings) -> list[str]:
    if settings.stripe_key.startswith(("sk_live_", "rk_live_")):
        return ["QUITTANCE_STRIPE_KEY can move real money: only production takes a live key."]
    return []


def _switch_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.debug:
        problems.append("QUITTANCE_DEBUG is on: unset it in production.")
    if settings.clock_may_move:
        problems.append("QUITTANCE_MOVABLE_CLOCK is on: unset it in production.")
    return problems


def _secret_problems(settings: Settings) -> list[str]:
    """Long, our own, and different from one another."""
    problems = []
    named = [("QUITTANCE_SECRET_KEY", key) for key in settings.secret_keys]
    named.append(("QUITTANCE_AUDIT_KEY", settings.audit_key.decode()))
    for name, secret in named:
        if secret in (DEMO_SECRET, DEMO_AUDIT_KEY):
            problems.append(f"{name} is the demo's: set {SECRET_LENGTH_MIN} random characters.")
        elif len(secret) < SECRET_LENGTH_MIN:
            problems.append(f"{name} is short: set at least {SECRET_LENGTH_MIN} random characters.")
    demo_ids = KeyRing.of([DEMO_DATA_KEY]).keys.keys()
    if demo_ids & settings.keyring.keys.keys():
        problems.append(f"QUITTANCE_DATA_KEYS is the demo's: set {KEY_BYTES} random bytes, base64.")
    if settings.audit_key.decode() in settings.secret_keys:
        problems.append("QUITTANCE_AUDIT_KEY is also QUITTANCE_SECRET_KEY: set two secrets.")
    return problems


def _address_problems(settings: Settings) -> list[str]:
    """https outside, mail that is not read on the way, the portal in its own database role."""
    named = {"QUITTANCE_PORTAL_URL": settings.portal_url, "QUITTANCE_API_URL": settings.api_url}
    problems = [
        f"{name} is not https: set the https address people use."
        for name, url in named.items()
        if not url.startswith("https://")
    ]
    if settings.database_portal_url in ("", settings.database_url):
        problems.append("DATABASE_PORTAL_URL is not its own: set it for role quittance_portal.")
    if settings.mail_from == DEMO_MAIL_FROM:
        problems.append("QUITTANCE_MAIL_FROM is not set: customers are told to write there.")
    mail = urlsplit(settings.smtp_url)
    is_near = mail.hostname in ("localhost", "127.0.0.1", "::1")
    if mail.scheme not in ("smtps", "smtp+starttls") and not (mail.scheme == "smtp" and is_near):
        problems.append("QUITTANCE_SMTP_URL is not safe: set smtps:// or smtp+starttls://.")
    if not settings.broker_url.startswith(("redis", "amqp")):
        problems.append("QUITTANCE_BROKER_URL is no Redis or RabbitMQ: set redis:// or amqp://.")
    return problems


def _stripe_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.stripe_url:
        problems.append("QUITTANCE_STRIPE_URL points at a sandbox: unset it in production.")
    if not settings.stripe_key.startswith(("sk_live_", "rk_live_")):
        problems.append("QUITTANCE_STRIPE_KEY is no live key: set a restricted live key.")
    if not settings.stripe_page.startswith("https://"):
        problems.append("QUITTANCE_STRIPE_PAGE is not https: unset it to use Stripe's own.")
    secrets = settings.stripe_webhook_secrets
    if not secrets or any(len(secret) < SECRET_LENGTH_MIN for secret in secrets):
        problems.append("QUITTANCE_STRIPE_WEBHOOK_SECRETS is missing or short: set whsec_...")
    return problems
