"""Sets of words that the OpenAPI document has names for, wherever they are used: `about.py` says which."""

from accounts.models import User
from orders.answers import REFUSED
from orders.domain.body import GATEWAYS
from orders.serializers.told import OUTCOMES
from refunds.api.wording import SECOND_PERSON
from refunds.domain.approval import REASONS
from refunds.models import PAYOUT_STATUS_CHOICES, REFUND_STATUS_CHOICES
from support.models import Case, Entry
from support.serializers import PRIORITIES, STATUSES, WRITTEN

ACCOUNT_KIND = User.Kind.values
APPROVAL_BY = [SECOND_PERSON]
APPROVAL_REASON = REASONS
CASE_CATEGORY = Case.Category.values
CASE_CHANNEL = Case.Channel.values
CASE_PRIORITY = list(PRIORITIES)
CASE_STATUS = STATUSES
ENTRY_KIND = Entry.Kind.values
GATEWAY = sorted(GATEWAYS)
IMPORT_OUTCOME = [*OUTCOMES, REFUSED]
MESSAGE_KIND = WRITTEN
MIRROR_OUTCOME = OUTCOMES
PAYOUT_STATUS = PAYOUT_STATUS_CHOICES
REFUND_STATUS = REFUND_STATUS_CHOICES
