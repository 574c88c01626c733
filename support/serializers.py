"""Cases as JSON: what may be sent about them, and what is told."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.rest.fields import Moment, Name, Text, Word
from accounts.rest.serializers import Body, PageQuery
from orders.domain.body import REFERENCE_LENGTH
from orders.models import OrderLine
from support.domain.lifecycle import CaseStatus
from support.models import Case, Entry
from support.told import told
from support.use_cases.wording import SUBJECT_LENGTH, TEXT_LENGTH

STATUSES = [status.value for status in CaseStatus]
PRIORITIES = {level.name.lower(): level.value for level in Case.Priority}
WRITTEN = [Entry.Kind.CUSTOMER.value, Entry.Kind.REPLY.value, Entry.Kind.NOTE.value]
WINDOWS = {"open": "open", "closing": "soon", "closed": "shut", "not_delivered": "undelivered"}
SHOP_LENGTH, TEAM_LENGTH, EMAIL_LENGTH, WORDS_LENGTH = 50, 100, 254, 200


class CasesQuery(PageQuery):
    """Which cases are listed."""

    status = Word(choices=STATUSES, required=False, help_text="Where the case stands.")
    assignee = Text(
        max_length=EMAIL_LENGTH, required=False, help_text="An e-mail address, `me`, or `nobody` for unassigned cases."
    )
    team = Text(max_length=TEAM_LENGTH, required=False, help_text="The name of a team.")
    category = Word(choices=Case.Category.values, required=False, help_text="What the trouble is.")
    priority = Word(choices=list(PRIORITIES), required=False, help_text="How urgent it is.")
    q = Text(
        max_length=WORDS_LENGTH,
        required=False,
        help_text="A case number; words of the subject; or the beginning of an order's reference, or of a customer's "
        "name or e-mail address.",
    )
    order = Name(max_length=REFERENCE_LENGTH, required=False, help_text="The reference of an order.")
    window = Word(
        choices=list(WINDOWS),
        required=False,
        help_text="The refund window of the order: `open`, `closing` within 48 hours, `closed`, or `not_delivered`.",
    )
    shop = Text(max_length=SHOP_LENGTH, required=False, help_text="The reference of a shop.")


class NewCaseBody(Body):
    """A customer's trouble, and what it is about."""

    shop = Text(max_length=SHOP_LENGTH, help_text="The reference of the shop.")
    order = Name(max_length=REFERENCE_LENGTH, required=False, help_text="The reference of an order of the shop.")
    customer = Name(
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text="The reference of a customer of the shop; left out, whoever placed the order.",
    )
    subject = Text(max_length=SUBJECT_LENGTH)
    body = Text(max_length=TEXT_LENGTH, several_lines=True, help_text="The customer's words.")
    category = Word(choices=Case.Category.values)
    priority = Word(choices=list(PRIORITIES), default="normal")
    channel = Word(choices=Case.Channel.values, default=Case.Channel.API.value)
    lines = serializers.ListField(
        child=Name(max_length=REFERENCE_LENGTH), default=list, help_text="References of lines of the order."
    )


class CaseChangesBody(Body):
    """What changes of a case; what is not named stays."""

    least = 1
    priority = Word(choices=list(PRIORITIES), required=False)
    category = Word(choices=Case.Category.values, required=False)
    team = Text(
        max_length=TEAM_LENGTH,
        required=False,
        allow_null=True,
        help_text="The name of a team that works in the shop, or null for none.",
    )


class MessageBody(Body):
    """Something for the story of a case."""

    kind = Word(
        choices=WRITTEN,
        help_text="`customer`: what the customer said; `reply`: an answer to the customer; `note`: for colleagues.",
    )
    body = Text(max_length=TEXT_LENGTH, several_lines=True)


class AssignmentBody(Body):
    """Whose case it is."""

    assignee = Text(
        max_length=EMAIL_LENGTH, allow_null=True, help_text="The e-mail address of a colleague, or null for nobody."
    )


class StatusBody(Body):
    """Whose turn it is."""

    status = Word(choices=STATUSES)


class AssigneeAnswer(serializers.Serializer[User]):
    """Whose case it is."""

    email = serializers.CharField(source="username")
    name = serializers.CharField()


class CaseCustomerAnswer(serializers.Serializer[Any]):
    """Whose trouble it is."""

    reference = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()


class ListedCaseAnswer(serializers.Serializer[Case]):
    """A case without its story."""

    number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    category = serializers.ChoiceField(choices=Case.Category.values)
    priority = serializers.ChoiceField(choices=list(PRIORITIES), source="priority_word")
    channel = serializers.ChoiceField(choices=Case.Channel.values)
    shop = serializers.CharField(source="shop.reference")
    order = serializers.CharField(source="order.reference", allow_null=True)
    customer = CaseCustomerAnswer(allow_null=True)
    team = serializers.CharField(source="team.name", allow_null=True)
    assignee = AssigneeAnswer(allow_null=True)
    undecided_refunds = serializers.IntegerField(
        source="holds", help_text="Refunds that wait for a decision: until then the case cannot be closed."
    )
    version = serializers.IntegerField(help_text="Moves with every change of the case.")
    opened_at = Moment()
    updated_at = Moment()


class AuthorAnswer(serializers.Serializer[User]):
    """Who wrote it or did it."""

    kind = serializers.ChoiceField(choices=User.Kind.values)
    name = serializers.CharField()


class EventAnswer(serializers.Serializer[Entry]):
    """What happened."""

    verb = serializers.CharField(help_text="In the past tense, such as `assigned`.")
    detail = serializers.SerializerMethodField(help_text="The same as the end of a sentence that begins with who.")
    details = serializers.DictField(help_text="What was before and after, and what else the verb needs.")

    def get_detail(self, entry: Entry) -> str:
        """As the story on the page says it."""
        return told(entry)


class EntryAnswer(serializers.Serializer[Entry]):
    """One thing in the story of a case; never changed, never taken away."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Entry.Kind.values)
    author = AuthorAnswer(allow_null=True, help_text="Null where nobody did it, such as the customer or a rule.")
    body = serializers.CharField(help_text="What was written; empty for an event.")
    event = EventAnswer(allow_null=True, help_text="What happened; null for what was written.")
    recorded_at = Moment()


class CaseAnswer(ListedCaseAnswer):
    """A case with its story."""

    lines: serializers.SlugRelatedField[OrderLine] = serializers.SlugRelatedField(
        slug_field="reference", many=True, read_only=True, help_text="The order lines that it is about."
    )
    follows = serializers.CharField(
        source="follows.number", allow_null=True, help_text="The closed case that this one goes on from."
    )
    follow_ups: serializers.SlugRelatedField[Case] = serializers.SlugRelatedField(
        slug_field="number", many=True, read_only=True, help_text="The cases that go on from this one."
    )
    entries = EntryAnswer(many=True, help_text="The story from its beginning.")


class OpenedCaseAnswer(CaseAnswer):
    """A new case, and what it may repeat."""

    related_cases = serializers.ListField(
        child=serializers.CharField(),
        help_text="Unfinished cases on the same order lines, or on the same order where no line is named.",
    )


class MessageAnswer(EntryAnswer):
    """What was written, and the case in whose story it stands."""

    case = serializers.CharField(source="case.number")
    opened_follow_up = serializers.BooleanField(
        help_text="Whether the case was closed, so that the customer's words opened a follow-up case: it is `case`."
    )
