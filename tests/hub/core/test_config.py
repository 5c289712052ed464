"""What an instance refuses to be told."""

from pathlib import Path

import pytest

from hub.core.config import Config, Mail
from hub.core.errors import ConfigurationError
from hub.core.instance import open_instance, read_secret

SECRETS = ("kek", "token-key", "session-key")


def config_of(tmp_path: Path, **variables: str) -> Config:
    return Config.from_env({"HUB_INSTANCE": str(tmp_path), **variables})


def with_secrets(tmp_path: Path) -> Config:
    config = config_of(tmp_path)
    config.secrets.mkdir()
    for name in SECRETS:
        (config.secrets / name).write_bytes(bytes(32))
        (config.secrets / name).chmod(0o400)
    return config


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example.jp",
        "http://localhost.example.jp",
        "http://localhost@hub.example.jp",
        "http://10.0.0.1:8000",
        "http://0.0.0.0:8000",
        "ftp://hub.example.jp",
        "hub.example.jp",
        "HTTP://hub.example.jp",
        "",
        "https://",
        "http://[::1",
    ],
)
def test_an_address_that_sends_passwords_in_the_clear_or_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="HUB_BASE_URL"):
        config_of(tmp_path, HUB_BASE_URL=url)


@pytest.mark.parametrize(
    "url", ["https://hub.example.jp", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"]
)
def test_https_anywhere_and_http_on_loopback_are_taken(tmp_path: Path, url: str) -> None:
    config = config_of(tmp_path, HUB_BASE_URL=url + "/")
    assert config.base_url == url
    assert config.https is url.startswith("https")


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://hub.example.jp", "hub.example.jp", "https://hub.example.jp"),
        ("https://Hub.Example.JP:443/hub", "hub.example.jp", "https://hub.example.jp"),
        ("https://hub.example.jp:8443", "hub.example.jp", "https://hub.example.jp:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://localhost:80", "localhost", "http://localhost"),
        ("http://[::1]:8000", "::1", "http://[::1]:8000"),
    ],
)
def test_host_and_origin_are_as_browsers_write_them(tmp_path: Path, url: str, host: str, origin: str) -> None:
    config = config_of(tmp_path, HUB_BASE_URL=url)
    assert (config.host, config.origin) == (host, origin)


def test_only_the_host_of_the_address_is_trusted_unless_more_are_named(tmp_path: Path) -> None:
    assert config_of(tmp_path, HUB_BASE_URL="https://hub.example.jp").trusted_hosts == ("hub.example.jp",)
    named = config_of(
        tmp_path, HUB_BASE_URL="https://hub.example.jp", HUB_TRUSTED_HOSTS="a.example.jp,b.example.jp"
    )
    assert named.trusted_hosts == ("a.example.jp", "b.example.jp")


@pytest.mark.parametrize("host", ["mail.example.jp", "10.0.0.1", "localhost.example.jp"])
def test_mail_in_the_clear_leaves_no_machine(host: str) -> None:
    with pytest.raises(ConfigurationError, match="loopback only"):
        Mail(host=host, tls="none")


@pytest.mark.parametrize("tls", ["", "yes", "STARTTLS", "ssl"])
def test_an_unknown_way_of_protecting_mail_is_refused(tmp_path: Path, tls: str) -> None:
    with pytest.raises(ConfigurationError, match="HUB_SMTP_TLS"):
        config_of(tmp_path, HUB_SMTP_TLS=tls)


@pytest.mark.parametrize("name", ["HUB_SMTP_PORT", "HUB_PROXY_HOPS", "HUB_HEARTBEAT_HOURS"])
@pytest.mark.parametrize("value", ["", "many", "1.5", "-1"])
def test_what_is_no_count_is_refused_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        config_of(tmp_path, **{name: value})


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@db/hub", "oracle://x"])
def test_a_database_of_another_kind_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="HUB_DATABASE_URL"):
        config_of(tmp_path, HUB_DATABASE_URL=url)


def test_a_gpg_that_the_path_would_choose_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HUB_GPG"):
        Config.from_env({"HUB_INSTANCE": str(tmp_path), "HUB_GPG": "gpg"})


def test_passwords_of_the_database_are_not_shown(tmp_path: Path) -> None:
    config = config_of(tmp_path, HUB_DATABASE_URL="postgresql://hub:kingfisher@db/hub")
    assert "kingfisher" not in repr(config)


def test_an_instance_opens_with_its_secrets_and_does_not_show_them(tmp_path: Path) -> None:
    config = with_secrets(tmp_path)
    (config.secrets / "token-key").chmod(0o600)
    (config.secrets / "token-key").write_bytes(b"kingfisher" * 4)
    hub = open_instance(config)
    assert "kingfisher" not in repr(hub)
    hub.db.dispose()


@pytest.mark.parametrize("name", ["kek", "token-key"])
def test_a_missing_secret_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    config = with_secrets(tmp_path)
    (config.secrets / name).unlink()
    with pytest.raises(ConfigurationError, match=f"^{name} is missing; run `priority-hub init`$"):
        open_instance(config)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o420, 0o777])
def test_a_secret_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    config = with_secrets(tmp_path)
    (config.secrets / "kek").chmod(mode)
    with pytest.raises(ConfigurationError, match="kek can be read by others"):
        open_instance(config)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_or_empty_secret_is_refused(tmp_path: Path, name: str, length: int) -> None:
    config = with_secrets(tmp_path)
    (config.secrets / name).chmod(0o600)
    (config.secrets / name).write_bytes(bytes(length))
    with pytest.raises(ConfigurationError):
        read_secret(config, name)


def test_a_folder_in_place_of_a_secret_is_refused_in_a_sentence(tmp_path: Path) -> None:
    config = with_secrets(tmp_path)
    (config.secrets / "kek").unlink()
    (config.secrets / "kek").mkdir(mode=0o700)
    with pytest.raises(ConfigurationError, match="kek"):
        open_instance(config)


@pytest.mark.parametrize("value", ["0", "169"])
def test_a_heartbeat_comes_at_least_once_a_week(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigurationError, match="HUB_HEARTBEAT_HOURS"):
        config_of(tmp_path, HUB_HEARTBEAT_HOURS=value)
    assert config_of(tmp_path, HUB_HEARTBEAT_HOURS="168").heartbeat_hours == 168


def test_the_address_of_the_metrics_is_a_host_and_a_port() -> None:
    assert Config.from_env({"HUB_METRICS": "127.0.0.1:9464"}).metrics == ("127.0.0.1", 9464)
    assert Config.from_env({}).metrics is None
    for malformed in ("9464", ":9464", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000"):
        with pytest.raises(ConfigurationError, match="HUB_METRICS must be HOST:PORT"):
            Config.from_env({"HUB_METRICS": malformed})
