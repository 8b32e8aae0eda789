"""doctor: what is wrong is found, and what is as it should be is not complained about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from commands.create_organisation import Created, CreateOrganisation, create_organisation
from fortnight.compose import real_now
from fortnight.database import owner_connection, owner_engine, parse_url
from fortnight.doctor import Verdict, examine
from fortnight.installation import WORKER_NAME
from fortnight.settings import Settings
from models.unit import Database
from tests.notifications.servers import Postbox, free_port, make_certificate, only, rude_server, smtp_server
from tests.support.oidc_issuer import AUDIENCE, OidcIssuer
from tests.support.postgres import Cluster


@pytest.fixture
def url(cluster: Cluster, database_name: str) -> URL:
    return cluster.url(database_name)


@pytest.fixture
def at_work(url: URL) -> Iterator[None]:
    """A worker is connected."""
    engine = owner_engine(url.update_query_dict({"application_name": WORKER_NAME}))
    with engine.connect() as connection:
        connection.execute(text("LISTEN fortnight_due_work"))
        yield


def verdicts(url: URL, **settings: object) -> dict[str, tuple[Verdict, str]]:
    return {
        finding.about: (finding.verdict, finding.text) for finding in examine(Settings.model_validate(settings), url)
    }


def open_organisation(database: Database, *, sandbox: bool) -> int:
    created = create_organisation(
        database,
        CreateOrganisation(
            name="Calm",
            zone="UTC",
            preset="mastered",
            staff_name="Sam",
            staff_email="sam@example.com",
            sandbox_at=real_now() if sandbox else None,
        ),
    )
    assert isinstance(created, Created)
    return created.organisation_id


def put_work(owner: Engine, organisation: int, *, waits: str, set_aside: bool = False) -> None:
    with owner.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict,
                changes_state, rank, set_aside_at, last_error)
            VALUES (:organisation, 'MAIL', 'key', '{}', 1, now() - CAST(:waits AS interval), now(), false, false, 0,
                CASE WHEN :aside THEN now() END, CASE WHEN :aside THEN 'smtp550' END)
            """),
            {"organisation": organisation, "waits": waits, "aside": set_aside},
        )


@pytest.mark.usefixtures("at_work")
def test_a_healthy_installation_has_nothing_wrong(url: URL) -> None:
    found = verdicts(url)
    assert {verdict for verdict, _ in found.values()} == {Verdict.OK}
    assert found["database"][1].startswith("PostgreSQL 18.")
    assert found["worker"] == (Verdict.OK, "1 at work")


def test_without_a_worker_something_is_wrong(url: URL) -> None:
    assert verdicts(url)["worker"] == (Verdict.WRONG, "none is running: start fortnight worker")


def test_due_work_of_a_live_organisation_that_waits_is_wrong(url: URL, database: Database, owner: Engine) -> None:
    put_work(owner, open_organisation(database, sandbox=False), waits="90 seconds")
    verdict, words = verdicts(url)["due work"]
    assert verdict is Verdict.WRONG
    assert words.startswith("1 wait, the oldest since 9")


def test_due_work_of_a_moment_ago_is_not_late(url: URL, database: Database, owner: Engine) -> None:
    put_work(owner, open_organisation(database, sandbox=False), waits="5 seconds")
    assert verdicts(url)["due work"] == (Verdict.OK, "nothing waits")


def test_the_work_of_a_sandbox_waits_for_its_own_clock(url: URL, database: Database, owner: Engine) -> None:
    put_work(owner, open_organisation(database, sandbox=True), waits="3 days")
    assert verdicts(url)["due work"] == (Verdict.OK, "nothing waits")


def test_work_that_is_set_aside_is_shown_with_its_error(url: URL, database: Database, owner: Engine) -> None:
    organisation = open_organisation(database, sandbox=True)
    put_work(owner, organisation, waits="1 day", set_aside=True)
    assert verdicts(url)["set aside"] == (Verdict.WRONG, f"organisation {organisation}: 1 MAIL, smtp550")


def test_a_live_organisation_without_a_mail_server_is_wrong(url: URL, database: Database) -> None:
    assert verdicts(url)["mail"][0] is Verdict.OK
    open_organisation(database, sandbox=False)
    verdict, words = verdicts(url)["mail"]
    assert verdict is Verdict.WRONG
    assert words == "no server is set (FORTNIGHT_SMTP_HOST), and 1 live organisations wait for mails"
    assert verdicts(url)["Google"][0] is Verdict.NOTE


def mail(url: URL, port: int, **settings: object) -> tuple[Verdict, str]:
    return verdicts(url, smtp_host="127.0.0.1", smtp_port=port, **settings)["mail"]


def test_a_mail_server_that_lets_us_in_is_fine(url: URL) -> None:
    knowing = {"authenticator": only("fortnight", "secret"), "auth_require_tls": False}
    with smtp_server(Postbox(), **knowing) as port:
        known = {"smtp_security": "none", "smtp_user": "fortnight", "smtp_password": "secret"}
        assert mail(url, port, **known) == (Verdict.OK, f"127.0.0.1 port {port} lets us in as fortnight")
        verdict, words = mail(url, port, **{**known, "smtp_password": "hush"})
        assert (verdict, "FORTNIGHT_SMTP_PASSWORD" in words, "hush" in words) == (Verdict.WRONG, True, False)


def test_a_mail_server_that_would_take_no_mail_is_complained_about(url: URL, tmp_path: Path) -> None:
    """Nobody is there, no STARTTLS, a certificate that nobody vouches for, silence: each in its own words."""
    assert "FORTNIGHT_SMTP_PORT" in mail(url, free_port())[1]
    with smtp_server(Postbox()) as port:
        assert "FORTNIGHT_SMTP_SECURITY" in mail(url, port)[1]
        assert "SSL_CERT_FILE" in mail(url, port, smtp_security="tls")[1]
    with smtp_server(Postbox(), tls_context=make_certificate(tmp_path).server, require_starttls=True) as port:
        assert "SSL_CERT_FILE" in mail(url, port)[1]
    with rude_server(greeting=b"220 hello\r\n", hang_up=False) as port:
        assert "seconds" in mail(url, port, smtp_timeout=1)[1]
    with rude_server(greeting=b"554 no service here\r\n", hang_up=True) as port:
        assert mail(url, port) == (
            Verdict.WRONG,
            f"127.0.0.1 port {port} takes no mail of ours: it answers 554 to everybody",
        )


def test_a_database_behind_the_code_is_the_one_finding(url: URL) -> None:
    with owner_connection(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
    found = verdicts(url)
    assert list(found) == ["database"]
    assert found["database"][0] is Verdict.WRONG
    assert found["database"][1].endswith("run fortnight migrate")


def test_a_database_that_is_away_is_the_one_finding() -> None:
    assert verdicts(parse_url("postgresql://127.0.0.1:1/x"))["database"][0] is Verdict.WRONG


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


def sign_in(url: URL, issuer: OidcIssuer, **settings: str) -> tuple[Verdict, str]:
    given = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, **settings}
    return verdicts(url, **given)["sign-in"]


def test_an_issuer_whose_keys_are_there_is_fine(url: URL, issuer: OidcIssuer) -> None:
    assert "sign-in" not in verdicts(url)
    assert sign_in(url, issuer) == (Verdict.OK, f"{issuer.url} publishes 1 keys for tokens")
    issuer.add("RS256")
    assert sign_in(url, issuer)[1].endswith("publishes 2 keys for tokens")


def test_an_issuer_that_does_not_publish_keys_is_complained_about(url: URL, issuer: OidcIssuer) -> None:
    issuer.status = 503
    verdict, said = sign_in(url, issuer)
    assert (verdict, said) == (Verdict.WRONG, f"{issuer.url} does not publish its keys: status503")
    issuer.status = 200
    issuer.entries.clear()
    verdict, said = sign_in(url, issuer)
    assert (verdict, "no key that can have signed a token" in said) == (Verdict.WRONG, True)


def test_an_issuer_by_another_name_is_complained_about(url: URL, issuer: OidcIssuer) -> None:
    issuer.documents["/other/.well-known/openid-configuration"] = b'{"issuer": "https://login.example"}'
    verdict, said = sign_in(url, issuer, oidc_issuer=f"{issuer.root}/other")
    assert (verdict, "names another issuer" in said) == (Verdict.WRONG, True)
