"""Keeping a case from being closed while something in it is undecided."""

from django.db.models import F

from support.models import Case


def hold_case(*, case: Case) -> None:
    """Keep the case from being closed until it is released."""
    Case.objects.filter(pk=case.pk).update(holds=F("holds") + 1, version=F("version") + 1)


def release_case(*, case: Case) -> None:
    """Take one hold off the case."""
    Case.objects.filter(pk=case.pk).update(holds=F("holds") - 1, version=F("version") + 1)
