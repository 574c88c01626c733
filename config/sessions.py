"""Sessions live in the database; a copy in the cache spares a query, and is never believed by itself.

Redis can be paused, cut off, set back or filled by a command that was sent long ago, so no copy can be trusted to be
the last one, and no order to forget one can be trusted to arrive. Therefore a copy carries the moment its row in the
database expires, which every save moves on. Each request of a person reads that person from the database anyway; the
same query asks whether the session's row is still there with this very moment. If not (signed out, key cycled, changed
or expired meanwhile, by whatever process), the copy is as good as missing, and row and person are read as Django does.
So signing out, a new password and deactivation count from their commit, whatever Redis says or remembers, and writing
into Redis signs nobody in. Sessions of nobody are not copied: without a person there is no query to confirm them.
"""

import re
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, middleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.cache import cache
from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import User

COPY_PREFIX = "session."
KEY = re.compile(f"[{re.escape(VALID_KEY_CHARS)}]{{32}}")


class SessionStore(db.SessionStore):
    """Django's database sessions, with a copy in the cache for whoever is signed in."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Only what could be a key of ours is looked up; a cookie holds whatever a stranger wrote."""
        return bool(KEY.fullmatch(key or ""))

    def load(self) -> dict[str, Any]:
        """The session as the database has it; leave a copy."""
        row = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None  # never filled again: a stranger does not choose the key of a session
            return {}
        session = self.decode(row.session_data)
        self._leave_copy(session, row.expire_date)
        return session

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to save, of which we note when it expires."""
        row = super().create_model_instance(data)
        self._expires_at = row.expire_date
        return row

    def save(self, must_create: bool = False) -> None:
        """Save to the database, then leave a copy."""
        super().save(must_create)
        self._leave_copy(dict(self.items()), self._expires_at)

    def delete(self, session_key: str | None = None) -> None:
        """Delete from the database; the copy is worth nothing then, and goes when Redis hears of it."""
        key = session_key or self.session_key
        super().delete(session_key)
        if key:
            cache.delete(COPY_PREFIX + key)

    def confirmed_person(self) -> User | None:
        """The active person whose session this is, when a copy says so and the database confirms it, by one query.

        The session then holds what the copy says. Nobody means: read the database.
        """
        if self.session_key is None or hasattr(self, "_session_cache"):
            return None
        copy = cache.get(COPY_PREFIX + self.session_key)
        try:
            return self._confirmed(copy["session"], datetime.fromisoformat(copy["expires_at"])) if copy else None
        except (AttributeError, KeyError, TypeError, ValueError):
            return None  # no copy of ours

    def _confirmed(self, session: dict[str, Any], expires_at: datetime) -> User | None:
        row = self.model.objects.filter(session_key=self.session_key, expire_date=expires_at)
        row = row.filter(expire_date__gt=timezone.now())
        person = User.objects.filter(Exists(row), pk=session[SESSION_KEY], is_active=True).first()
        if person is None or session[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS:
            return None
        if not constant_time_compare(session[HASH_SESSION_KEY], person.get_session_auth_hash()):
            return None
        self._session_cache = session
        self.accessed = True
        return person

    def _leave_copy(self, session: dict[str, Any], expires_at: datetime) -> None:
        if SESSION_KEY in session:
            copy = {"session": session, "expires_at": expires_at.isoformat()}
            cache.set(COPY_PREFIX + str(self.session_key), copy, (expires_at - timezone.now()).total_seconds())


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, which first tries whether a confirmed copy of the session says who is there."""

    def process_request(self, request: HttpRequest) -> None:
        """Find the person when somebody asks for them."""
        super().process_request(request)
        request.user = cast("User", SimpleLazyObject(lambda: _person(request)))


def _person(request: Any) -> User | AnonymousUser:
    return request.session.confirmed_person() or middleware.get_user(request)
