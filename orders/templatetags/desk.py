"""Small marks of the pages: money, icons, badges, people."""

import re
from copy import copy
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import parse_pattern
from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from orders.domain.money import exponent, to_decimal

register = template.Library()

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
BEFORE_DIGITS = re.compile(r"(?<=[A-Z])(?=-?[0-9])")  # KWD 12.345, as CLDR spaces codes that are letters


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units as people of the page's language read them: 5800 GBP is £58.00."""
    if minor is None:
        return ""
    return _written(minor, currency, get_language() or "en")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; it says nothing, the words beside it do."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', icon_url(name))


@register.simple_tag
def icon_url(name: str) -> str:
    """Where an icon of the sprite is drawn."""
    return f"{_sprite()}#{name}"


@register.simple_tag
def badge(label: str, tone: str = "") -> SafeString:
    """A word on a ground. Tones: accent, good, warn, bad, note; none is quiet."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, label)


@register.simple_tag(takes_context=True)
def person(context: template.Context, who: User | None) -> SafeString:
    """A colleague by initials and name; oneself and nobody are told apart."""
    if who is None:
        return format_html('<span class="muted">{}</span>', _("nobody"))
    reader = context.get("user")
    me = SafeString(" data-me") if reader is not None and reader.pk == who.pk else ""
    return format_html(
        '<span class="person"{}><span class="initials" aria-hidden="true">{}</span>{}</span>', me, initials(who), who
    )


@register.filter
def initials(who: User) -> str:
    """Two letters for a name."""
    words = str(who).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@lru_cache(maxsize=4096)
def _written(minor: int, currency: str, language: str) -> str:
    """By the locale's pattern, with exactly the decimals that the currency has."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    pattern = copy(parse_pattern(locale.currency_formats["standard"]))
    digits = exponent(currency)
    pattern.frac_prec = (digits, digits)
    text: str = pattern.apply(to_decimal(minor, currency), locale, currency=currency, currency_digits=False)
    return BEFORE_DIGITS.sub(NO_BREAK_SPACE, text.replace(" ", NO_BREAK_SPACE))


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("vendor/icons.svg")
