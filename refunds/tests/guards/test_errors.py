"""What the database says no with becomes one refusal, and what may be tried again is tried again."""

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts import guarded as errors
from accounts.domain.refusal import Refused
from accounts.refusals import SENTENCES
from refunds import triggers
from refunds.models import Payout, Refund
from refunds.tests.factories import NOW
from refunds.tests.guards.scene import UNIT, P, R, Scene, execute, saved
from refunds.triggers.guard import Refuse
from support.models import Entry


class Failure(Exception):
    """What a driver raises, as far as we look at it."""

    def __init__(self, sqlstate: str | None = None, sqlite_errorname: str = "") -> None:
        super().__init__("the database said no")
        self.sqlstate = sqlstate
        self.sqlite_errorname = sqlite_errorname


def failed(**cause: str) -> OperationalError:
    error = OperationalError("the database said no")
    error.__cause__ = Failure(**cause)
    return error


class Verb:
    """A transaction that fails a number of times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


def retried(verb: Verb) -> tuple[object, list[float]]:
    pauses: list[float] = []

    def once() -> str:
        return verb()

    return errors.retrying(once, pause=pauses.append)(), pauses


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_a_deadlock_is_tried_again_three_times(sqlstate: str) -> None:
    for times in range(4):
        done, pauses = retried(Verb(times, failed(sqlstate=sqlstate)))
        assert done == "done"
        assert len(pauses) == times
        assert all(0 <= pause <= 0.2 for pause in pauses)
    stubborn = Verb(9, failed(sqlstate=sqlstate))
    with pytest.raises(OperationalError):
        retried(stubborn)
    assert stubborn.calls == 4


@pytest.mark.django_db(transaction=True)
def test_other_errors_are_not_tried_again() -> None:
    for error in (failed(sqlstate="57014"), failed(sqlite_errorname="SQLITE_BUSY"), Refused("busy"), ValueError()):
        verb = Verb(1, error)
        with pytest.raises(type(error)):
            retried(verb)
        assert verb.calls == 1


@pytest.mark.django_db
def test_inside_another_transaction_nothing_is_tried_again() -> None:
    verb = Verb(1, failed(sqlstate="40P01"))
    with pytest.raises(OperationalError), transaction.atomic():
        retried(verb)
    assert verb.calls == 1


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ({"sqlstate": "40P01"}, "contended"),
        ({"sqlstate": "40001"}, "contended"),
        ({"sqlstate": "55P03"}, "busy"),
        ({"sqlite_errorname": "SQLITE_BUSY"}, "busy"),
        ({"sqlite_errorname": "SQLITE_BUSY_SNAPSHOT"}, "busy"),
        ({"sqlite_errorname": "SQLITE_LOCKED"}, "busy"),
    ],
)
def test_a_busy_database_is_a_refusal(cause: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused, errors.as_refusals():
        raise failed(**cause)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "error", [failed(sqlstate="53100"), failed(sqlite_errorname="SQLITE_FULL"), OperationalError()]
)
def test_other_failures_stay_what_they_are(error: OperationalError) -> None:
    with pytest.raises(OperationalError), errors.as_refusals():
        raise error


@pytest.mark.django_db
def test_a_guard_speaks_through_a_use_case() -> None:
    scene = Scene()
    line = scene.refund_line(quantity=4, gross=3 * UNIT, tax=300)

    @errors.guarded
    @transaction.atomic
    def write(*, row) -> None:
        saved(row)

    with pytest.raises(Refused) as refused:
        write(row=line)
    assert refused.value.code == "over_held"
    assert isinstance(refused.value.__cause__, IntegrityError)


@pytest.mark.django_db
def test_trigger_and_constraint_of_one_fault_are_one_refusal() -> None:
    scene = Scene()
    payment = scene.payment
    late = scene.refund_line(of="L2")
    first = scene.whole(P.SUBMITTED).payouts.get()
    second = scene.whole(P.SUBMITTED).payouts.get()
    Payout.objects.filter(pk=first.pk).update(provider_reference="BANK-1")
    waiting, request = scene.whole(), scene.refund()
    saved(scene.charge_line(request, gross=100, tax=16))
    faults = {
        "over_held": lambda: execute(f"UPDATE orders_payment SET captured = {UNIT} WHERE id = {payment.pk}"),
        "window_closed": lambda: saved(late),
        "bank_reference_used": lambda: Payout.objects.filter(pk=second.pk).update(provider_reference="BANK-1"),
        "duplicate_line": lambda: saved(scene.charge_line(request, gross=1, tax=0)),
        "append_only": lambda: saved(scene.unsaved_refund(pk=request.pk)),
        "amount_not_positive": lambda: saved(scene.payout(request, amount=0)),
        "not_delivered": lambda: saved(scene.refund_line(scene.refund(), delivered_at=None)),
        "approval_missing": lambda: Refund.objects.filter(pk=waiting.pk).update(status=R.APPROVED),
    }
    for guarded in (True, False):
        if not guarded:
            execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
            triggers.drop(connection)
        for code, fault in faults.items():
            with pytest.raises(Refused) as refused, errors.as_refusals(), transaction.atomic():
                fault()
            assert refused.value.code == code


@pytest.mark.django_db
def test_a_mistake_of_the_program_is_no_refusal() -> None:
    case = Scene().desk.case
    with pytest.raises(IntegrityError), errors.as_refusals(), transaction.atomic():
        saved(Entry(case=case, kind="gossip", body="Did you hear?", recorded_at=NOW))


@pytest.mark.django_db(transaction=True)
def test_what_the_commit_refuses_is_a_refusal_or_a_mistake_too() -> None:
    refund = Scene().unsaved_refund(requested_by_id=4711)
    with pytest.raises(IntegrityError), errors.as_refusals(), transaction.atomic():
        saved(refund)
    assert not Refund.objects.exists()


def test_every_code_has_a_sentence() -> None:
    guards = (*triggers.ON_SQLITE, *triggers.ON_POSTGRES)
    codes = {step.code for guard in guards for step in guard.steps if isinstance(step, Refuse)}
    assert codes | set(errors.REFUSALS.values()) | {"busy", "contended"} <= set(SENTENCES)


def test_every_constraint_that_is_named_is_one_of_the_models() -> None:
    from django.apps import apps

    names = {constraint.name for model in apps.get_models() for constraint in model._meta.constraints}
    named = {name for name in errors.REFUSALS if "." not in name and not name.endswith("_pkey")}
    assert named <= names
