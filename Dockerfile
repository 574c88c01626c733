FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock's runtime part, by its hashes; the part for tests and tools stays outside.
COPY requirements.lock .
RUN sed '/^# --- tests and tools/,$d' requirements.lock > runtime.lock \
    && pip install --require-hashes --no-deps --requirement runtime.lock \
    && rm runtime.lock

RUN useradd --system --create-home --uid 10001 desk
COPY . .
# The manifest of static files needs no real key.
RUN ENVIRONMENT=production SECRET_KEY=only-while-the-image-is-built JWT_SIGNING_KEY=only-while-the-image-is-built \
    python manage.py collectstatic --noinput --skip-checks

USER desk
EXPOSE 8000
ENV ENVIRONMENT=production
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready/', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--backlog", "4096", "--backpressure", "2048", "config.wsgi:application"]
