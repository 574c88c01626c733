"""Setting up a shop."""

from zoneinfo import available_timezones

from babel import Locale
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop, reference_validator
from orders.domain.money import exponent, to_minor
from orders.domain.policy import policy_named

OFFERED_POLICY = "strict"
NO_AMOUNT = "none"
DEFAULT_THRESHOLD = "100"
DEFAULT_DAILY_LIMIT = "2000"
REFERENCE_LENGTH = 50
NAME_LENGTH = 100

# Unicode's territories that are no countries of ISO 3166-1: unions, groups, reserved and test codes.
NOT_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
TERRITORIES = map(str, Locale("en").territories)
COUNTRIES = frozenset(code for code in TERRITORIES if code.isalpha() and len(code) == 2) - NOT_COUNTRIES


@transaction.atomic
def setup_shop(
    *,
    reference: str,
    name: str,
    currency: str,
    zone: str,
    country: str,
    policy: str = OFFERED_POLICY,
    threshold: str = DEFAULT_THRESHOLD,
    daily_limit: str = DEFAULT_DAILY_LIMIT,
) -> Shop:
    """Set a shop up; the same words again find the same shop.

    Threshold and daily limit are decimal strings in the shop's currency, or "none". Refusals: reference_malformed,
    name_missing, name_too_long, currency_unknown, zone_unknown, country_unknown, policy_unknown, policy_not_offered,
    amount_malformed, amount_precision, amount_too_large, shop_exists.
    """
    asked = {
        "name": _speakable(name),
        "currency": _known_currency(currency),
        "time_zone": _known_zone(zone),
        "country": _known_country(country),
        "refund_policy": _offered(policy),
        "approval_threshold": _amount(threshold, currency),
        "daily_limit": _amount(daily_limit, currency),
    }
    shop, _ = Shop.objects.get_or_create(reference=_wellformed(reference), defaults=asked)
    if any(getattr(shop, field) != value for field, value in asked.items()):
        raise Refused("shop_exists", reference=reference)
    return shop


def _wellformed(reference: str) -> str:
    try:
        reference_validator(reference)
    except ValidationError:
        raise Refused("reference_malformed", reference=reference, maximum=REFERENCE_LENGTH) from None
    if len(reference) > REFERENCE_LENGTH:
        raise Refused("reference_malformed", reference=reference, maximum=REFERENCE_LENGTH)
    return reference


def _speakable(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused("name_missing")
    if len(name) > NAME_LENGTH:
        raise Refused("name_too_long", maximum=NAME_LENGTH)
    return name


def _known_currency(currency: str) -> str:
    exponent(currency)
    return currency


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise Refused("zone_unknown", zone=zone)
    return zone


def _known_country(country: str) -> str:
    if country not in COUNTRIES:
        raise Refused("country_unknown", country=country)
    return country


def _offered(policy: str) -> str:
    if policy_named(policy).name != OFFERED_POLICY:
        raise Refused("policy_not_offered", policy=policy, offered=OFFERED_POLICY)
    return policy


def _amount(text: str, currency: str) -> int | None:
    return None if text == NO_AMOUNT else to_minor(text, currency)
