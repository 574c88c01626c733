"""What every test run takes for granted: loaded by pytest.ini before the settings are read.

The developer's own `.env` must not decide what the tests see, so each of its values has one here. Only DATABASE_URL
is the caller's: it chooses the engine.
"""

import os

SQLITE = "sqlite:///redress.sqlite3"

os.environ |= {
    "ENVIRONMENT": "development",
    "DEBUG": "off",
    "SECRET_KEY": "secret-key-of-the-tests-and-of-nobody-else",
    "JWT_SIGNING_KEY": "signing-key-of-the-tests-and-of-nobody-else",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "REDIS_URL": "",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread of the tests
}
os.environ.setdefault("DATABASE_URL", SQLITE)
