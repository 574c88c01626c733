"""The story of a case in the API: what the customer said, replies and notes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.rest.describe import describe
from integrations.rest import answer_once
from support.api.door import OneCaseView
from support.api.examples import MESSAGE
from support.models import Case, Entry
from support.serializers import EntryAnswer, MessageAnswer, MessageBody
from support.use_cases import add_note, record_customer_message, reply

VERBS: Mapping[str, Callable[..., Entry]] = {
    Entry.Kind.CUSTOMER.value: record_customer_message,
    Entry.Kind.REPLY.value: reply,
    Entry.Kind.NOTE.value: add_note,
}


class CaseMessagesView(OneCaseView):
    """Words for the story of a case."""

    needs: ClassVar = {"POST": "support.work_case"}

    @describe(
        "writeMessage",
        "Write into the story of a case",
        body=MessageBody,
        asked={"kind": "customer", "body": "The third cup is chipped, too."},
        answer=MessageAnswer,
        answered=MESSAGE,
        status=201,
        refusals=["case_closed"],
        keyed=True,
    )
    def post(self, request: Request, number: str) -> Response:
        """What the customer said, an answer to the customer, or a note for colleagues.

        A message of the customer opens the case again where it waited; on a closed case it opens a follow-up, and
        `case` is the number of that. A reply leaves an open case pending; it is recorded, not sent by mail.
        """
        case, body, now = self.seen_case(number), self.body(MessageBody), timezone.now()
        return answer_once(request, self.caller, lambda: _written(case, body, self.caller, now))


def _written(case: Case, body: dict[str, str], by: User, now: datetime) -> dict[str, Any]:
    """The entry as JSON, with the case that it stands in."""
    entry = VERBS[body["kind"]](case=case, by=by, body=body["body"], now=now)
    where = {"case": entry.case.number, "opened_follow_up": entry.case_id != case.pk}
    return {**EntryAnswer(entry).data, **where}
