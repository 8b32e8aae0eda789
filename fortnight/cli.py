"""The console command `fortnight`. Exit codes: 0 done, 1 something has to be put right first, 2 wrong usage."""

import sys
import zoneinfo
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fortnight.faults import Unfit
from fortnight.settings import CHECKOUT, load
from fortnight.version import version

# What a command needs is imported inside it: the rooms take a second, and a wrong option is to be told at once.
# ruff: noqa: PLC0415

app = typer.Typer(
    name="fortnight",
    help="Fortnight, the back end of coaching and mentoring platforms. Settings are environment variables that begin "
    "with FORTNIGHT_; docs/operations.md lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
organisation = typer.Typer(help="Organisations: the operators of platforms.", no_args_is_help=True)
app.add_typer(organisation, name="organisation")
calendar = typer.Typer(help="Connected Google Calendars.", no_args_is_help=True)
app.add_typer(calendar, name="calendar")
work = typer.Typer(help="Due work: mails, calendar pushes and timers.", no_args_is_help=True)
app.add_typer(work, name="work")
policy = typer.Typer(help="Policies: the rules of a platform, as a document.", no_args_is_help=True)
app.add_typer(policy, name="policy")

Organisation = Annotated[
    int | None, typer.Option("--organisation", help="Its number; by default the demo, or the only one there is.")
]
Days = Annotated[int, typer.Option(min=1, max=365, help="How many days the token is good for.")]


def main() -> None:
    """Run the command that the arguments name; what has to be put right first is told in one line."""
    # The system's zone files may be of another year than the package's, which every process of ours reads.
    zoneinfo.reset_tzpath(to=())
    try:
        app(prog_name="fortnight")
    except Unfit as fault:
        print(f"fortnight: {fault}", file=sys.stderr)
        sys.exit(1)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        print(version())
        raise typer.Exit


@app.callback()
def fortnight(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Nothing: every command reads its own settings."""


@app.command()
def serve(
    *,
    demo: Annotated[bool, typer.Option(help="Load the demo if it is not there.")] = True,
    end_with_parent: Annotated[bool, typer.Option("--end-with-parent", hidden=True)] = False,
) -> None:
    """Run everything on this machine, with a demo."""
    from fortnight.children import end_with_parent as bind
    from fortnight.serve import serve as run

    if end_with_parent:
        bind()
    run(load(), with_demo=demo)


@app.command()
def api(*, descriptor: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Answer GraphQL and HTTP; the database must be migrated."""
    import socket

    from fortnight.api_process import run_api
    from fortnight.installation import database_url
    from fortnight.listener import listen

    settings = load()
    with (
        listen(settings) if descriptor is None else socket.socket(fileno=descriptor) as listener,
        database_url(settings) as url,
    ):
        run_api(settings, url, listener)


@app.command()
def worker() -> None:
    """Do what is due; several workers share the work."""
    from fortnight.installation import database_url
    from fortnight.worker_process import run_worker

    settings = load()
    with database_url(settings) as url:
        run_worker(settings, url)


@app.command()
def migrate() -> None:
    """Bring the database to the revision of this code."""
    from fortnight.database import migrate as bring_up
    from fortnight.installation import database_url

    with database_url(load()) as url:
        print(f"the database is at revision {bring_up(url)}")


@app.command()
def demo(*, days: Days = 30) -> None:
    """Load the demo if need be; print its tokens."""
    from fortnight.beside import beside_what_runs
    from fortnight.compose import google, real_now
    from fortnight.database import migrate as bring_up
    from fortnight.demo import load_demo
    from fortnight.installation import database_url, rooms
    from fortnight.secret import keyring_of
    from fortnight.showing import demo_shown

    settings = beside_what_runs(load())
    with database_url(settings) as url:
        bring_up(url)
        with rooms(url) as database:
            keyring = keyring_of(settings)
            callback = f"{settings.public_url}/google/callback"
            load_demo(url, database, google(settings, keyring), redirect_uri=callback, real_now=real_now())
            print(demo_shown(settings, database, keyring, days=days))


@app.command()
def schema(
    *, check: Annotated[bool, typer.Option("--check", help="Compare it with schema.graphql instead.")] = False
) -> None:
    """Print the GraphQL schema."""
    from api.schema import schema as whole

    printed = whole().as_str() + "\n"
    if not check:
        sys.stdout.write(printed)
        return
    kept = CHECKOUT / "schema.graphql"
    if not kept.exists() or kept.read_text("utf-8") != printed:
        raise Unfit("schema.graphql is not what the code says: run make schema, and look at what has changed")


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="E-mail address, the part of it before the @, or number.")],
    *,
    organisation: Organisation = None,
    days: Days = 1,
) -> None:
    """Print a token with which somebody is signed in."""
    from fortnight.installation import choose_organisation, database_url, find_person, rooms
    from fortnight.secret import keyring_of
    from fortnight.showing import token_for

    settings = load()
    with database_url(settings) as url, rooms(url) as database:
        number = choose_organisation(database, organisation)
        found = find_person(database, number, person)
        if found is None:
            raise Unfit(f"nobody in organisation {number} is known as {person}")
        print(token_for(keyring_of(settings), found, days=days))


@organisation.command("create")
def create(
    *,
    name: Annotated[str, typer.Option(help="What the platform is called; it signs the mails.")],
    preset: Annotated[str, typer.Option(help="Whose rules it begins with: mastered, mento, aceup, topmate, thrive.")],
    staff_name: Annotated[str, typer.Option(help="The first member of the team, with all rights.")],
    staff_email: Annotated[str, typer.Option(help="Their e-mail address.")],
    zone: Annotated[str, typer.Option(help="The time zone of the operator.")] = "UTC",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="A clock of its own; no mail leaves it.")] = False,
    at: Annotated[str | None, typer.Option(help="Where a sandbox's clock stands first: 2027-03-01T09:00:00Z.")] = None,
) -> None:
    """Create one; print its API key, which is shown only once."""
    from fortnight.compose import real_now
    from fortnight.installation import create_organisation, database_url, rooms

    if at is not None and not sandbox:
        raise typer.BadParameter("only a sandbox has a clock of its own: add --sandbox", param_hint="--at")
    starts = _instant(at) if at is not None else real_now() if sandbox else None
    with database_url(load()) as url, rooms(url) as database:
        created = create_organisation(
            database, name=name, zone=zone, preset=preset, staff=(staff_name, staff_email), sandbox_at=starts
        )
    print(f"organisation  {created.organisation_id}")
    print(f"staff         {created.person_id}")
    print(f"API key       {created.key}")


@policy.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A policy document in TOML.")],
    *,
    page: Annotated[bool, typer.Option(help="Print the help page that it makes.")] = True,
) -> None:
    """Say what is wrong or odd in a document, and print its help page; exit code 1: it cannot be published."""
    from fortnight.policy_check import check_file

    checked = check_file(file)
    for line in checked.lines():
        print(line, file=sys.stderr)
    if page and checked.page is not None:
        sys.stdout.write(checked.page)
    if checked.is_wrong:
        raise typer.Exit(1)


@policy.command("trial")
def trial(
    file: Annotated[Path, typer.Argument(help="A policy document in TOML.")],
    *,
    scenarios: Annotated[Path | None, typer.Option(help="A form of scenarios in TOML: docs/new-policy.md.")] = None,
    organisation: Annotated[
        int | None, typer.Option(help="Its number: whose own last days are replayed under the document.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back.")] = 90,
    sessions: Annotated[int, typer.Option(min=0, max=10_000, help="How many sessions are listed one by one.")] = 20,
) -> None:
    """Say what a document would decide, without publishing it; exit code 1: it cannot be, or something else was expected."""
    from fortnight.policy_trial import replayed, scenario_lines, triable, tried_scenarios

    document = triable(file)
    tried = [] if scenarios is None else tried_scenarios(document, scenarios)
    for line in scenario_lines(tried):
        print(line)
    if organisation is not None:
        from fortnight.installation import choose_organisation, database_url, rooms

        with database_url(load()) as url, rooms(url) as database:
            number = choose_organisation(database, organisation)
            for line in replayed(database, document, number, days=days, most=sessions):
                print(line)
    if any(one.surprises for one in tried):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say how the installation is; exit code 1: something is wrong."""
    from fortnight.doctor import examine
    from fortnight.installation import database_url

    settings = load()
    with database_url(settings) as url:
        findings = examine(settings, url)
    for finding in findings:
        print(f"{finding.verdict:<5} {finding.about:<10} {finding.text}")
    if any(finding.is_wrong for finding in findings):
        raise typer.Exit(1)


@calendar.command("check")
def check_calendars(
    *,
    organisation: Annotated[int | None, typer.Option(help="Of this one alone; by default of all.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Push anew what differs.")] = False,
) -> None:
    """Hold every connected Google Calendar against the sessions; exit code 1: something differs or could not be read."""
    from fortnight.beside import beside_what_runs
    from fortnight.calendars import check
    from fortnight.installation import database_url, organisations, rooms

    settings = beside_what_runs(load())
    with database_url(settings) as url, rooms(url) as database:
        known = [row.id for row in organisations(database)]
        if organisation is not None and organisation not in known:
            raise Unfit(f"there is no organisation {organisation}")
        checked = check(settings, database, known if organisation is None else [organisation], repair=repair)
    for line in checked.lines:
        print(line)
    if checked.is_wrong:
        raise typer.Exit(1)


@work.command("repeat")
def repeat(
    *,
    organisation: Annotated[int | None, typer.Option(help="Of this one alone; by default of all.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind alone, such as MAIL or GOOGLE_PUSH.")] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Also what has failed and waits for its next turn.")
    ] = False,
) -> None:
    """Do again what was set aside (fortnight doctor shows it), once its cause has been put right."""
    from fortnight.installation import database_url, organisations, rooms
    from fortnight.repeating import repeat_everywhere
    from policy.terms import WorkKind

    if kind is not None and kind not in set(WorkKind):
        raise typer.BadParameter(f"one of {', '.join(WorkKind)} is wanted", param_hint="--kind")
    with database_url(load()) as url, rooms(url) as database:
        known = [row.id for row in organisations(database)]
        if organisation is not None and organisation not in known:
            raise Unfit(f"there is no organisation {organisation}")
        chosen = known if organisation is None else [organisation]
        number = repeat_everywhere(database, chosen, kind=None if kind is None else WorkKind(kind), waiting=waiting)
    print(f"{number} works have their turn now")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter("an instant such as 2027-03-01T09:00:00Z is wanted", param_hint="--at")
    return instant
