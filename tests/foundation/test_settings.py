"""Production starts only when it is safe, and says by name what to set; secrets never show."""

from zoneinfo import ZoneInfo

import pytest

from foundation.settings import DEMO_AUDIT_KEY, DEMO_DATA_KEY, DEMO_SECRET, Settings, UnsafeSettings

SECRETS = {
    "DATABASE_URL": "postgresql+psycopg://quittance_app:db-app-password@db/quittance",
    "DATABASE_PORTAL_URL": "postgresql+psycopg://quittance_portal:db-portal-password@db/quittance",
    "DATABASE_OWNER_URL": "postgresql+psycopg://quittance_owner:db-owner-password@db/quittance",
    "QUITTANCE_SECRET_KEY": "Zq3-new-signing-key-of-our-own-make,Zq3-old-signing-key-that-verifies",
    "QUITTANCE_AUDIT_KEY": "Zq3-audit-key-of-at-least-thirty-two",
    "QUITTANCE_DATA_KEYS": "WnEzLW5ldy1rZXktb2Ytb3VyLW93bi1tYWtlLTAxMjM=",
    "QUITTANCE_STRIPE_KEY": "rk_live_Zq3stripekeyZq3stripekey",
    "QUITTANCE_STRIPE_WEBHOOK_SECRETS": "whsec_Zq3webhooksecretZq3webhooksecret",
    "QUITTANCE_BROKER_URL": "rediss://:broker-password@queue/0",
    "QUITTANCE_SMTP_URL": "smtp+starttls://mailer:mail-password@mail.example.com:587",
}
PRODUCTION = SECRETS | {
    "QUITTANCE_MAIL_FROM": "Accounts <accounts@example.com>",
    "QUITTANCE_MODE": "production",
    "QUITTANCE_PORTAL_URL": "https://pay.example.com",
    "QUITTANCE_API_URL": "https://api.example.com/",
}
DEMO = {"DATABASE_URL": "postgresql+psycopg://quittance_app@/quittance"}


def test_production_starts_when_all_is_set():
    settings = Settings.from_environment(PRODUCTION)

    assert settings.is_production
    assert settings.api_url == "https://api.example.com"
    assert settings.trusted_hosts == ("pay.example.com", "api.example.com")
    assert len(settings.secret_keys) == 2
    assert not settings.clock_may_move


def test_a_demo_needs_its_database_and_nothing_else():
    settings = Settings.from_environment(DEMO)

    assert settings.mode == "demo"
    assert settings.clock_may_move
    assert settings.zone == ZoneInfo("Europe/Paris")


def test_no_secret_shows_in_the_repr():
    shown = repr(Settings.from_environment(PRODUCTION))

    for value in SECRETS.values():
        assert all(piece not in shown for piece in value.split(","))
    assert "password" not in shown.replace("repr", "")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("QUITTANCE_DEBUG", "1"),
        ("QUITTANCE_MOVABLE_CLOCK", "yes"),
        ("QUITTANCE_DATA_KEYS", ""),
        ("QUITTANCE_DATA_KEYS", DEMO_DATA_KEY),
        ("QUITTANCE_DATA_KEYS", f"{SECRETS['QUITTANCE_DATA_KEYS']},{DEMO_DATA_KEY}"),
        ("QUITTANCE_DATA_KEYS", "dG9vLXNob3J0"),
        ("QUITTANCE_DATA_KEYS", "not base64 at all"),
        ("QUITTANCE_SECRET_KEY", ""),
        ("QUITTANCE_SECRET_KEY", DEMO_SECRET),
        ("QUITTANCE_SECRET_KEY", f"{'n' * 40},{DEMO_SECRET}"),
        ("QUITTANCE_SECRET_KEY", "tiny-one"),
        ("QUITTANCE_SECRET_KEY", f"{'n' * 40},tiny-one"),
        ("QUITTANCE_AUDIT_KEY", ""),
        ("QUITTANCE_AUDIT_KEY", DEMO_AUDIT_KEY),
        ("QUITTANCE_AUDIT_KEY", "tiny-one"),
        ("QUITTANCE_AUDIT_KEY", "Zq3-old-signing-key-that-verifies"),
        ("QUITTANCE_PORTAL_URL", "http://pay.example.com"),
        ("QUITTANCE_PORTAL_URL", "https://pay.example.com/path"),
        ("QUITTANCE_PORTAL_URL", "https://someone@pay.example.com"),
        ("QUITTANCE_PORTAL_URL", "javascript:alert(1)"),
        ("QUITTANCE_API_URL", ""),
        ("DATABASE_URL", ""),
        ("DATABASE_PORTAL_URL", ""),
        ("DATABASE_PORTAL_URL", SECRETS["DATABASE_URL"]),
        ("QUITTANCE_STRIPE_URL", "http://localhost:8010"),
        ("QUITTANCE_STRIPE_PAGE", "http://localhost:8010"),
        ("QUITTANCE_STRIPE_KEY", ""),
        ("QUITTANCE_STRIPE_KEY", "sk_test_Zq3stripekey"),
        ("QUITTANCE_STRIPE_WEBHOOK_SECRETS", ""),
        ("QUITTANCE_STRIPE_WEBHOOK_SECRETS", "whsec_short"),
        ("QUITTANCE_BROKER_URL", "filesystem://localhost//"),
        ("QUITTANCE_SMTP_URL", ""),
        ("QUITTANCE_MAIL_FROM", ""),
        ("QUITTANCE_SMTP_URL", "smtp://mail.example.com:25"),
        ("QUITTANCE_MODE", "prod"),
        ("QUITTANCE_TIME_ZONE", "Europe/Atlantis"),
        ("QUITTANCE_TRUSTED_PROXIES", "-1"),
        ("QUITTANCE_TRUSTED_PROXIES", "99"),
        ("QUITTANCE_DEBUG", "perhaps"),
        ("QUITTANCE_SELLER_NAME", "Seller\nBcc: all"),
    ],
)
def test_production_refuses_what_is_not_safe_and_names_the_variable(variable, value):
    with pytest.raises(UnsafeSettings) as refusal:
        Settings.from_environment(PRODUCTION | {variable: value})

    assert any(problem.startswith(variable) for problem in refusal.value.problems)
    assert all(value not in problem for problem in refusal.value.problems if "KEY" in problem) or (
        not value
    )


def test_every_problem_is_told_at_once():
    with pytest.raises(UnsafeSettings) as refusal:
        Settings.from_environment({"QUITTANCE_MODE": "production"})

    named = {problem.split()[0] for problem in refusal.value.problems}
    assert {"DATABASE_URL", "QUITTANCE_SECRET_KEY", "QUITTANCE_PORTAL_URL"} <= named
    assert {"QUITTANCE_STRIPE_KEY", "QUITTANCE_SMTP_URL", "QUITTANCE_AUDIT_KEY"} <= named


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_only_production_takes_a_key_that_moves_money(mode):
    live = {"QUITTANCE_MODE": mode, "QUITTANCE_STRIPE_KEY": "sk_live_Zq3"}

    with pytest.raises(UnsafeSettings, match="QUITTANCE_STRIPE_KEY"):
        Settings.from_environment(DEMO | live)


def test_mail_may_be_plain_on_the_same_machine():
    near = PRODUCTION | {"QUITTANCE_SMTP_URL": "smtp://localhost:25"}

    assert Settings.from_environment(near).smtp_url == "smtp://localhost:25"
