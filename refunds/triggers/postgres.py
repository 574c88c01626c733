"""How PostgreSQL keeps the guards: a function and a trigger each, enabled ALWAYS, every name with its schema.

With names of the schema only, a temporary table of the same name cannot swallow what a refund takes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from orders.domain.window import WINDOW
from refunds.triggers.guard import Guard, Refuse, written

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

BEFORE, ROW = 2, 1
EVENTS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}  # PostgreSQL's trigger.h

INSTALLED = """
    SELECT one.tgname, part.relname, one.tgtype, one.tgenabled, one.tgdeferrable AND one.tginitdeferred,
        one.tgqual IS NULL AND one.tgattr = ''::int2vector,
        code.proconfig, code.prosrc
    FROM pg_catalog.pg_trigger one
    JOIN pg_catalog.pg_class part ON part.oid = one.tgrelid
    JOIN pg_catalog.pg_proc code ON code.oid = one.tgfoid AND code.proname = one.tgname
    WHERE one.tgname LIKE 'rx\\_%%' AND part.relnamespace = %s::regnamespace AND code.pronamespace = part.relnamespace
"""
FUNCTIONS = """
    SELECT proname FROM pg_catalog.pg_proc WHERE proname LIKE 'rx\\_%%' AND pronamespace = %s::regnamespace
"""


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A trigger as the catalogue shows it."""

    table: str
    type: int
    enabled: str
    at_commit: bool
    unconditional: bool
    settings: list[str]
    code: str


HOUR = timedelta(hours=1)
EXACT_WINDOW = f"NEW.delivered_at + interval '{WINDOW // HOUR} hours'"
SETTINGS = ["search_path=pg_catalog, pg_temp"]


def install(connection: "BaseDatabaseWrapper", guards: tuple[Guard, ...]) -> None:
    """Make the triggers what they should be, all or none; what is right already stays."""
    wrong = missing(connection, guards)
    if not wrong:
        return
    at, by_name = _schema(connection), {guard.name: guard for guard in guards}
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_dropped(at, wrong))
        cursor.execute("".join(_sql(at, by_name[name]) for name in wrong if name in by_name))


def drop(connection: "BaseDatabaseWrapper") -> None:
    """Take every guard away."""
    at = _schema(connection)
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS, [at])
        names = [name for (name,) in cursor.fetchall()]
        if names:
            cursor.execute(_dropped(at, names))


def missing(connection: "BaseDatabaseWrapper", guards: tuple[Guard, ...]) -> list[str]:
    """Names of the triggers that are not there, are not as they should be, or should not be there."""
    at = _schema(connection)
    wanted = {guard.name: _expected(at, guard) for guard in guards}
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED, [at])
        found = {name: _Trigger(*as_found) for name, *as_found in cursor.fetchall()}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _schema(connection: "BaseDatabaseWrapper") -> str:
    """Where the tables are, quoted; never the schema of temporary tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def _expected(at: str, guard: Guard) -> _Trigger:
    moment, event = guard.event.split()
    moment_bits = (BEFORE if moment == "BEFORE" else 0) | (0 if event == "TRUNCATE" else ROW)
    return _Trigger(guard.table, moment_bits | EVENTS[event], "A", guard.at_commit, True, SETTINGS, _code(at, guard))


def _dropped(at: str, names: list[str]) -> str:
    return f"DROP FUNCTION IF EXISTS {', '.join(f'{at}.{name}()' for name in names)} CASCADE"


def _sql(at: str, guard: Guard) -> str:
    kind, deferred = ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED") if guard.at_commit else ("TRIGGER", "")
    each = "STATEMENT" if guard.event.endswith("TRUNCATE") else "ROW"
    return (
        f"CREATE FUNCTION {at}.{guard.name}() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = pg_catalog, pg_temp AS $rx${_code(at, guard)}$rx$;\n"
        f"CREATE {kind} {guard.name} {guard.event} ON {at}.{guard.table} {deferred}"
        f" FOR EACH {each} EXECUTE FUNCTION {at}.{guard.name}();\n"
        f"ALTER TABLE {at}.{guard.table} ENABLE ALWAYS TRIGGER {guard.name};\n"
    )


def _code(at: str, guard: Guard) -> str:
    """The body of the function; before a row is written it must answer with the row, afterwards with anything."""
    answer = {"BEFORE INSERT": "NEW", "BEFORE UPDATE": "NEW", "BEFORE DELETE": "OLD"}.get(guard.event, "NULL")
    skip = f"IF NOT ({guard.only_when}) THEN RETURN {answer}; END IF;\n" if guard.only_when else ""
    steps = "\n".join(_step(step) for step in guard.steps)
    code = f"\n-- {guard.keeps}\nBEGIN\n{skip}{steps}\nRETURN {answer};\nEND\n"
    return written(
        code, at=f"{at}.", same="IS NOT DISTINCT FROM", differs="IS DISTINCT FROM", exact_window_of_new=EXACT_WINDOW
    )


def _step(step: Refuse | str) -> str:
    """With the class of a broken CHECK Django raises IntegrityError; a code of our own would become DatabaseError."""
    if isinstance(step, str):
        return step
    say_no = f"RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = 'rx_{step.code}', MESSAGE = 'rx:{step.code}'"
    return f"IF {step.when} THEN {say_no}; END IF;"
