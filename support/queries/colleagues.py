"""Who works cases."""

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import ACCESS_SHOP, ShopGroupPermission, ShopQuerySet, ShopUserPermission, User


def colleagues(shops: ShopQuerySet) -> "QuerySet[User]":
    """People who may work cases in any of these shops, by name."""
    here = {"content_object__in": shops, "permission__codename": ACCESS_SHOP}
    by_name = ShopUserPermission.objects.filter(user=OuterRef("pk"), **here)
    by_team = ShopGroupPermission.objects.filter(group__user=OuterRef("pk"), **here)
    works = Q(permissions__codename="work_case", permissions__content_type__app_label="support")
    workers = Group.objects.filter(works, user=OuterRef("pk"))
    people = User.objects.filter(is_active=True, kind=User.Kind.PERSON)
    return people.filter(Exists(by_name) | Exists(by_team), Exists(workers)).order_by("name", "pk")
