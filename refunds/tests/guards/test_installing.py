"""The guards are there after every migration and flush, and a missing or changed one is found."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models
from django.test import TransactionTestCase

from accounts.tests.factories import ShopFactory
from orders.models import OrderLine
from refunds import triggers
from refunds.audit import differences
from refunds.checks import guards_stand
from refunds.models import Refund, RefundLine
from refunds.tests.guards.scene import R, Scene, commit, execute, pragma, said_no, saved

ON_TABLE = {"sqlite": "", "postgresql": " ON refunds_refundline"}


def guards() -> tuple[triggers.Guard, ...]:
    return triggers.ON_SQLITE if connection.vendor == "sqlite" else triggers.ON_POSTGRES


@pytest.mark.django_db
def test_all_guards_stand_in_a_fresh_database() -> None:
    assert triggers.missing(connection) == []
    assert guards_stand([connection.alias]) == []


@pytest.mark.django_db
def test_dropping_takes_all_away_and_installing_brings_all_back() -> None:
    triggers.drop(connection)
    assert triggers.missing(connection) == sorted(guard.name for guard in guards())
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_installing_twice_changes_nothing(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        triggers.install(connection)


@pytest.mark.django_db
def test_a_missing_guard_is_an_error_of_the_check() -> None:
    execute("DROP TRIGGER rx_refund_line_kept" + ON_TABLE[connection.vendor])
    [error] = [each for each in run_checks(databases=[connection.alias]) if each.id == "refunds.E001"]
    assert "rx_refund_line_kept" in error.msg
    assert guards_stand(None) == []
    triggers.install(connection)
    assert guards_stand([connection.alias]) == []


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_a_changed_or_foreign_guard_is_found_and_mended_on_sqlite() -> None:
    execute("DROP TRIGGER rx_refund_line_kept")
    execute("CREATE TRIGGER rx_refund_line_kept BEFORE DELETE ON refunds_refundline BEGIN SELECT 1; END")
    execute("CREATE TRIGGER rx_of_old BEFORE DELETE ON refunds_refundline BEGIN SELECT 1; END")
    assert triggers.missing(connection) == ["rx_of_old", "rx_refund_line_kept"]
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db
@pytest.mark.postgres_only
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE refunds_refundline DISABLE TRIGGER rx_refund_line_kept",
        "ALTER TABLE refunds_refundline ENABLE TRIGGER rx_refund_line_kept",
        "CREATE OR REPLACE FUNCTION rx_refund_line_kept() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, pg_temp AS $$BEGIN RETURN OLD; END$$",
        "ALTER FUNCTION rx_refund_line_kept() RESET search_path",
        "CREATE OR REPLACE TRIGGER rx_refund_line_kept BEFORE DELETE ON refunds_refundline"
        " FOR EACH ROW WHEN (OLD.id < 0) EXECUTE FUNCTION rx_refund_line_kept()",
        "CREATE OR REPLACE TRIGGER rx_refund_line_kept AFTER DELETE ON refunds_refundline"
        " FOR EACH ROW EXECUTE FUNCTION rx_refund_line_kept()",
    ],
)
def test_a_changed_guard_is_found_and_mended_on_postgres(change: str) -> None:
    execute(change)
    assert triggers.missing(connection) == ["rx_refund_line_kept"]
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_before_the_tables_there_is_nothing_to_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    triggers.drop(connection)
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **kwargs: ["django_migrations"])
    triggers.install(connection)
    assert triggers.missing(connection) == []
    monkeypatch.undo()
    assert triggers.missing(connection) != []


@pytest.mark.django_db
def test_whoever_owns_the_schema_is_found_by_the_audit() -> None:
    scene = Scene()
    scene.whole(R.APPROVED)
    commit()
    call_command("verify_held", stdout=StringIO())
    triggers.drop(connection)
    OrderLine.objects.filter(pk=scene.line.pk).update(held_quantity=0)
    commit()
    triggers.install(connection)
    told = StringIO()
    with pytest.raises(CommandError, match="Differences: 1"):
        call_command("verify_held", stdout=told)
    assert f"Order line L1 (id {scene.line.pk}) of order 1001: held_quantity is 0 and should be 1" in told.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE orders_shippingcharge SET held_gross = 1", "Shipping charge S1"),
        ("UPDATE orders_payment SET held = 0", "Payment P1"),
        ("UPDATE refunds_refundline SET quantity = 2", "held_quantity is 1 and should be 2"),
        ("UPDATE refunds_refund SET total = total + 1", "total is 1001 with tax 100, and its lines come to 1000"),
        ("UPDATE refunds_refund SET tax = tax + 1", "total is 1000 with tax 101"),
        ("UPDATE refunds_payout SET status = 'failed'", "approved, its total is 1000, its living payouts come to 0"),
        ("UPDATE refunds_refund SET status = 'cancelled'", "cancelled, its total is 1000"),
        ("UPDATE refunds_refundline SET policy = 'eu'", "has another policy than its order"),
        ("UPDATE refunds_refund SET requested_at = decided_at", "was judged at another moment"),
        ("UPDATE refunds_refund SET requested_at = '2020-01-01 00:00:00'", "was delivered after its request"),
        ("UPDATE refunds_refundline SET delivered_at = judged_at", "another window than its policy gives"),
        (
            "UPDATE refunds_refundline SET window_begun = {no}, judged_at = '2036-01-01 00:00:00'",
            "another window than its policy gives",
        ),
    ],
)
def test_the_audit_finds_whatever_differs(change: str, words: str) -> None:
    scene = Scene()
    refund = scene.whole(R.APPROVED)
    commit()
    triggers.drop(connection)
    Refund.objects.filter(pk=refund.pk).update(decided_at=scene.line.window_closes_at)
    execute(change.format(no="0" if connection.vendor == "sqlite" else "FALSE"))
    assert any(words in difference for difference in differences()), list(differences())


@pytest.mark.django_db
def test_the_audit_finds_a_line_that_was_judged_too_late() -> None:
    scene = Scene()
    scene.whole(R.APPROVED)
    commit()
    triggers.drop(connection)
    with without_check("refund_line_in_window"):
        RefundLine.objects.update(judged_at=scene.line.window_closes_at.replace(year=2030))
    assert any("after its window had closed" in difference for difference in differences())


def without_check(name: str) -> AbstractContextManager[None]:
    """Let a CHECK be away, as whoever owns the schema could."""
    if connection.vendor == "sqlite":
        return pragma("ignore_check_constraints", "ON")
    execute(f"ALTER TABLE refunds_refundline DROP CONSTRAINT {name}")
    return nullcontext()


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_the_window_holds_also_without_checks() -> None:
    line = Scene().refund_line(of="L2")
    with pragma("ignore_check_constraints", "ON"), said_no("window_closed"):
        saved(line)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_made_anew_is_guarded_as_before() -> None:
    triggers.drop_before_migrate(using=connection.alias, plan=["a migration"])
    with widened("sku"):
        triggers.install_after_migrate(using=connection.alias)
        assert triggers.missing(connection) == []
        scene = Scene()
        with said_no("window_closed"):
            saved(scene.refund_line(of="L2"))
        scene.whole(R.APPROVED)
        with said_no("counter_guarded"):
            OrderLine.objects.update(held_quantity=0)
        triggers.drop_before_migrate(using=connection.alias, plan=["a migration"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite_only
def test_with_the_guards_in_place_sqlite_cannot_make_a_table_anew() -> None:
    with pytest.raises(OperationalError, match="no such table"), widened("sku"):
        pass
    assert triggers.missing(connection) == []


@contextmanager
def widened(name: str) -> Iterator[None]:
    """A longer column, by the way an AlterField goes; and back."""
    old = OrderLine._meta.get_field(name)
    new = models.CharField(max_length=old.max_length + 1, blank=True)
    new.set_attributes_from_name(name)
    new.model = OrderLine
    with connection.schema_editor() as editor:
        editor.alter_field(OrderLine, old, new, strict=True)
    yield
    with connection.schema_editor() as editor:
        editor.alter_field(OrderLine, new, old, strict=True)


@pytest.mark.django_db(transaction=True)
def test_migrating_back_and_forth_ends_with_all_guards() -> None:
    call_command("migrate", "refunds", "zero", verbosity=0)
    assert triggers.missing(connection) == []
    ShopFactory()
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
    Scene().whole(R.SUCCEEDED)
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_breaks_off_leaves_the_guards_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def breaks_off(*args: Any, **kwargs: Any) -> None:
        seen.append(triggers.missing(connection) == [])
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migrate", breaks_off)
    with pytest.raises(RuntimeError):
        call_command("migrate", "refunds", "zero", verbosity=0)
    assert seen == [connection.vendor != "sqlite"]
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_with_nothing_to_migrate_the_guards_are_never_away(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[Any] = []
    monkeypatch.setattr(triggers, "drop", dropped.append)
    call_command("migrate", verbosity=0)
    assert dropped == []


@pytest.mark.django_db(transaction=True)
def test_migrating_mends_what_is_missing_also_with_its_checks() -> None:
    triggers.drop(connection)
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_looking_at_the_plan_changes_nothing() -> None:
    triggers.drop(connection)
    call_command("migrate", "refunds", "zero", plan=True, stdout=StringIO())
    with pytest.raises(SystemExit):
        call_command("migrate", "refunds", "zero", check_unapplied=True, stdout=StringIO())
    assert triggers.missing(connection) != []
    triggers.install(connection)


@pytest.mark.django_db(transaction=True)
def test_a_flush_between_tests_is_possible_and_leaves_the_guards() -> None:
    Scene().whole(R.SUCCEEDED)
    TransactionTestCase(methodName="run")._fixture_teardown()
    assert Refund.objects.count() == 0
    assert triggers.missing(connection) == []
