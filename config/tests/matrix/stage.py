"""What the matrix is played on: two shops with one of everything in each queue, and everybody who may knock.

Whatever belongs to the other shop carries `CANARY` in every text, so that one look at an answer tells whether any of it
crossed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import Shop, User
from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from orders.models import MirrorConflict, Order
from orders.tests.factories import charge, delivery, line, make_order, payment
from refunds.models import Refund
from refunds.tests.factories import NOW
from refunds.use_cases import approve_refund, confirm_payout, request_refund
from support.models import Case, Team
from support.tests.factories import TeamFactory
from support.use_cases import add_note, record_customer_message, reply

CANARY = "zq7canary"
CUP = 1000
THRESHOLD = CUP  # one cup is approved by the rule, two wait for a second person
ARRIVED = NOW - timedelta(days=2)
MISSING = 987654321

QUEUE, OTHER_TEAM, OTHER_SHOP, NOWHERE = "own team", "other team", "other shop", "missing"
KINDS = (QUEUE, OTHER_TEAM, OTHER_SHOP, NOWHERE)
TEAMLESS = {"order", "new-order", "conflict"}
"""What stands in no queue."""

ROLES = {"agent": "agent", "senior agent": "senior agent", "supervisor": "supervisor", "administrator": "administrator"}
SCOPES = ("read", "orders", "cases", "refunds")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who knocks: in which column they stand, whether any shop is theirs, and with what they come."""

    name: str
    column: str
    user: User | None = None
    has_shop: bool = True
    browser: Client = field(default_factory=Client)
    bearer: str = ""
    no_scope: bool = False
    all_rights: bool = False

    @property
    def is_client(self) -> bool:
        """Whether it is a program, with a token and no session."""
        return bool(self.user and not self.user.is_person)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that an operation is asked about: the parts of its addresses by name, and the rows behind it."""

    parts: Mapping[str, str]
    order: Order | None = None
    case: str = "C-987654321"
    shop: str = ""
    reference: str = ""

    @property
    def names(self) -> list[str]:
        """Everything that a request says to name it."""
        return [each for each in {*self.parts.values(), self.case, self.shop, self.reference} if each]


def told_of(word: str, letter: str) -> dict[str, Any]:
    """What the shop tells of an order; the word goes into every text."""
    return {
        "currency": "EUR",
        "customer": {"reference": "K-1", "name": f"{word} Kim", "email": f"{word}.kim@example.test"},
        "lines": [line(name=f"{word} cup", sku=f"{word}-sku")],
        "shipping": [charge(name=f"{word} parcel")],
        "payments": [payment(reference=f"{word}-pay-{letter}")],
        "deliveries": [delivery(reference=f"{word}-parcel", at=ARRIVED)],
    }


class Queue:
    """One of everything in one queue of a shop; a word goes into every text."""

    def __init__(self, shop: Shop, team: Team, word: str) -> None:
        self.shop = shop
        self.team = team
        self.word = word
        self.colleague = UserFactory(username=f"{word}@example.test", name=f"{word} colleague", shops=[shop])
        self.boss = UserFactory(name=f"{word} boss", role="supervisor", shops=[shop])
        self.case = self.case_about(self.sold("a"))
        self.talk()
        self.refund = self.requested(self.case_about(self.sold("b")), self.colleague, cups=2)
        self.paid = self.requested(self.case_about(self.sold("c")), self.colleague, cups=1)
        self.half_paid = self.requested(self.case_about(self.sold("d")), self.colleague, cups=2)
        approve_refund(refund=self.half_paid, by=self.boss, now=NOW)
        bank = {"by": self.boss, "bank_reference": f"{word}-bank", "now": NOW}
        confirm_payout(payout=self.half_paid.payouts.get(), **bank)
        self.spare = self.case_about(self.sold("e"))
        self.conflict = self.refused()

    def sold(self, letter: str) -> Order:
        """An order of three cups, which have arrived."""
        return make_order(self.shop, reference=f"{self.word}-{letter}", now=NOW, **told_of(self.word, letter))

    def case_about(self, order: Order) -> Case:
        """A case of the queue."""
        return Case.objects.create(
            shop=self.shop,
            order=order,
            customer=order.customer,
            team=self.team,
            subject=f"{self.word} subject",
            opened_at=NOW,
            updated_at=NOW,
        )

    def talk(self) -> None:
        """Words of everybody in the first case."""
        said = {"case": self.case, "by": self.colleague, "now": NOW}
        record_customer_message(**said, body=f"{self.word} customer's words")
        add_note(**said, body=f"{self.word} note")
        reply(**said, body=f"{self.word} reply")
        self.case.refresh_from_db()

    def requested(self, case: Case, by: User, cups: int) -> Refund:
        """A refund of so many cups: one is approved by the rule."""
        words = {"reason": "damaged", "note": f"{self.word} refund note"}
        return request_refund(case=case, by=by, lines={"L1": cups}, now=NOW, **words)

    def refused(self) -> MirrorConflict:
        """Something that the mirror could not apply."""
        return MirrorConflict.objects.create(
            shop=self.shop,
            reference=f"{self.word}-conflict",
            code="version_conflict",
            detail=f"{self.word} detail",
            body={"order": self.word},
            digest="0" * 64,
            first_seen_at=NOW,
            last_seen_at=NOW,
        )


class Stage:
    """Our shop with two queues, and another shop in which nobody of ours works."""

    def __init__(self) -> None:
        self.ours = ShopFactory(
            reference="ours", name="Ours", currency="EUR", approval_threshold=THRESHOLD, daily_limit=20 * CUP
        )
        self.team = TeamFactory(name="Our team", shops=[self.ours])
        self.queues = {
            QUEUE: Queue(self.ours, self.team, "queue"),
            OTHER_TEAM: Queue(self.ours, TeamFactory(name="Other team", shops=[self.ours]), "other"),
        }
        self.leaver = UserFactory(name="Reset me", role="agent", shops=[self.ours])

    def open_other_shop(self) -> None:
        """The other shop, with everything that ours has; one of its orders and customers is called just like ours."""
        shop = ShopFactory(
            reference=f"{CANARY}-shop",
            name=f"{CANARY} shop",
            currency="EUR",
            approval_threshold=THRESHOLD,
            daily_limit=20 * CUP,
        )
        queue = Queue(shop, TeamFactory(name=f"{CANARY} team", shops=[shop]), CANARY)
        customer = {"reference": "K-2", "name": "queue Kim", "email": "queue.kim@example.test"}
        twin = {**told_of(CANARY, "twin"), "customer": customer}
        queue.case_about(make_order(shop, reference="queue-a", now=NOW, **twin))
        self.queues[OTHER_SHOP] = queue

    @cached_property
    def callers(self) -> dict[str, Caller]:
        """Everybody, by name."""
        found = [self._person(name, name, role=role) for name, role in ROLES.items()]
        found += [self._program(f"client: {scope}", f"client: {scope}", [scope]) for scope in SCOPES]
        found += [
            Caller("nobody", "nobody"),
            self._person("person without role", "person without role", role=None),
            self._person("agent without shop", "agent", role="agent", shops=[]),
            self._person("supervisor without shop", "supervisor", role="supervisor", shops=[]),
            self._person("somebody with all rights", "supervisor", role=None, shops=[], all_rights=True),
            self._program("client without scope", "person without role", [], no_scope=True),
            self._left(self._person("supervisor who left", "nobody", role="supervisor")),
        ]
        return {caller.name: caller for caller in found}

    def _person(
        self, name: str, column: str, *, role: str | None, shops: list[Shop] | None = None, **more: Any
    ) -> Caller:
        granted = [self.ours] if shops is None else shops
        rights = {"is_superuser": True, "is_staff": True} if more.get("all_rights") else {}
        user = UserFactory(name=f"The {name}", role=role, shops=granted, **rights)
        if role in ("agent", "senior agent") and granted:
            user.groups.add(self.team.group)
        browser = Client()
        browser.force_login(user)
        return Caller(name, column, user, has_shop=bool(granted), browser=browser, bearer=_bearer(user), **more)

    def _program(self, name: str, column: str, scopes: list[str], **more: Any) -> Caller:
        user = ClientFactory(username=name.replace(": ", "-").replace(" ", "-"), scopes=scopes, shops=[self.ours])
        return Caller(name, column, user, bearer=_bearer(user), **more)

    def _left(self, caller: Caller) -> Caller:
        User.objects.filter(pk=caller.user.pk).update(is_active=False)
        return caller

    def kinds(self, about: str) -> tuple[str, ...]:
        """Whose such a thing can be; nothing names nothing."""
        if about == "-":
            return (NOWHERE,)
        if about == "reset-link":
            return (QUEUE, NOWHERE)
        return tuple(kind for kind in KINDS if not (kind == OTHER_TEAM and about in TEAMLESS))

    def thing(self, about: str, kind: str, by: Caller) -> Thing:
        """Such a thing of this kind; an own one is made by the caller on the spot."""
        if about == "-" or kind == NOWHERE:
            return _missing(about)
        if about == "reset-link":
            token = default_token_generator.make_token(self.leaver)
            return Thing({"uidb64": urlsafe_base64_encode(force_bytes(self.leaver.pk)), "token": token})
        queue = self.queues[kind]
        if about == "own-refund":
            return _refund(queue.requested(queue.spare, by.user or queue.colleague, cups=2))
        if about == "own-payout":
            return _payout(queue.requested(queue.spare, by.user or queue.colleague, cups=1))
        return {
            "order": lambda: _order(queue.shop, queue.case.order.reference, queue.case.order),
            "new-order": lambda: _order(queue.shop, "new-order"),
            "case": lambda: _case(queue.case),
            "conflict": lambda: _row(queue.conflict.pk),
            "refund": lambda: _refund(queue.refund),
            "payout": lambda: _payout(queue.paid),
            "first-payout": lambda: _payout(queue.half_paid),
        }[about]()


def _bearer(user: User) -> str:
    return str(api_client_for(user)._credentials["HTTP_AUTHORIZATION"])


def _row(pk: int) -> Thing:
    return Thing({"object_id": str(pk), "pk": str(pk)})


def _order(shop: Shop, reference: str, order: Order | None = None) -> Thing:
    parts = {"object_id": str(order.pk if order else MISSING), "shop": shop.reference, "reference": reference}
    return Thing(parts, order=order, shop=shop.reference, reference=reference)


def _case(case: Case) -> Thing:
    shop, reference = case.shop.reference, case.order.reference
    parts = {"object_id": str(case.pk), "number": case.number}
    return Thing(parts, order=case.order, case=case.number, shop=shop, reference=reference)


def _refund(refund: Refund) -> Thing:
    pk, name = str(refund.pk), refund.reference
    parts = {"object_id": pk, "pk": pk, "number": name, "reference": name}
    return Thing(parts, order=refund.order, shop=refund.order.shop.reference, reference=refund.order.reference)


def _payout(refund: Refund) -> Thing:
    return _row(refund.payouts.get().pk)


def _missing(about: str) -> Thing:
    """What there is none of, in the same words."""
    pk = str(MISSING)
    letter = "C" if about == "case" else "R"
    parts = {"object_id": pk, "pk": pk, "number": f"{letter}-{pk}", "uidb64": "x", "token": "x", "url": "nowhere/"}
    if about in ("order", "new-order"):
        return Thing({**parts, "shop": "no-shop", "reference": "no-order"}, shop="no-shop", reference="no-order")
    return Thing({**parts, "reference": f"R-{pk}"}, shop="no-shop", reference="no-order")
