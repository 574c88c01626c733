"""Setting up a shop, by the use case and by the command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.refusal import Refused
from accounts.models import Shop
from orders.use_cases import setup_shop

pytestmark = pytest.mark.django_db
WORDS = {"reference": "north-eu", "name": "North", "currency": "EUR", "zone": "Europe/Berlin", "country": "DE"}


def refusal(**changes: str) -> Refused:
    with pytest.raises(Refused) as refused:
        setup_shop(**{**WORDS, **changes})
    assert not Shop.objects.exists()
    return refused.value


def run(*args: str, **changes: str) -> str:
    """Run the command with everything it needs, and read both of its outputs."""
    words = {**WORDS, **changes}
    output = StringIO()
    options = [f"--{word}={value}" for word, value in words.items() if word != "reference"]
    call_command("setup_shop", words["reference"], *options, *args, stdout=output, stderr=output)
    return output.getvalue()


def test_a_shop_has_a_threshold_and_a_daily_limit_unless_told_otherwise() -> None:
    shop = setup_shop(**WORDS)
    assert (shop.reference, shop.name, shop.currency) == ("north-eu", "North", "EUR")
    assert (shop.time_zone, shop.country, shop.refund_policy) == ("Europe/Berlin", "DE", "strict")
    assert (shop.approval_threshold, shop.daily_limit) == (10_000, 200_000)


@pytest.mark.parametrize(("currency", "threshold"), [("JPY", 100), ("KWD", 100_000), ("GBP", 10_000)])
def test_the_defaults_are_in_the_shops_currency(currency: str, threshold: int) -> None:
    shop = setup_shop(**{**WORDS, "currency": currency})
    assert (shop.approval_threshold, shop.daily_limit) == (threshold, 20 * threshold)


def test_a_one_person_shop_goes_without() -> None:
    shop = setup_shop(**WORDS, threshold="none", daily_limit="none")
    assert (shop.approval_threshold, shop.daily_limit) == (None, None)


def test_the_same_words_again_find_the_same_shop() -> None:
    assert setup_shop(**WORDS, threshold="12.30") == setup_shop(**WORDS, threshold="12.30")
    assert Shop.objects.count() == 1


@pytest.mark.parametrize("change", [{"name": "South"}, {"country": "AT"}, {"threshold": "1"}, {"daily_limit": "none"}])
def test_other_words_for_a_shop_that_exists_are_refused(change: dict[str, str]) -> None:
    setup_shop(**WORDS)
    with pytest.raises(Refused, match="shop_exists"):
        setup_shop(**{**WORDS, **change})
    assert Shop.objects.get().name == "North"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reference": "north eu"}, "reference_malformed"),
        ({"reference": ""}, "reference_malformed"),
        ({"reference": "x" * 51}, "reference_malformed"),
        ({"name": "  "}, "name_missing"),
        ({"name": "x" * 101}, "name_too_long"),
        ({"currency": "EURO"}, "currency_unknown"),
        ({"currency": "eur"}, "currency_unknown"),
        ({"zone": "Europe/Bonn"}, "zone_unknown"),
        ({"zone": "../../etc/passwd"}, "zone_unknown"),
        ({"country": "de"}, "country_unknown"),
        ({"country": "EU"}, "country_unknown"),
        ({"country": "ZZ"}, "country_unknown"),
        ({"policy": "kind"}, "policy_unknown"),
        ({"policy": "uk"}, "policy_not_offered"),
        ({"policy": "eu"}, "policy_not_offered"),
        ({"threshold": "-1"}, "amount_malformed"),
        ({"threshold": "1.001"}, "amount_precision"),
        ({"daily_limit": "9" * 20}, "amount_too_large"),
    ],
)
def test_what_no_shop_can_be_is_refused(change: dict[str, str], code: str) -> None:
    assert refusal(**change).code == code


def test_the_command_says_what_was_set_up() -> None:
    told = run("--policy=strict", "--threshold=250.00", "--daily-limit=none", country="GB", zone="Europe/London")
    assert told == "Shop north-eu is set up: EUR, Europe/London, GB, strict.\n"
    assert (Shop.objects.get().approval_threshold, Shop.objects.get().daily_limit) == (25_000, None)


def test_the_command_warns_where_the_law_gives_the_whole_last_day() -> None:
    assert "Mind: in DE “strict” cuts up to a day off" in run()


def test_the_command_says_which_policy_this_version_offers() -> None:
    with pytest.raises(CommandError, match="offers the refund policy “strict” only, not “uk” yet"):
        run("--policy=uk")


def test_every_country_of_the_standard_is_known() -> None:
    from orders.use_cases.shops import COUNTRIES

    assert len(COUNTRIES) == 249
