"""What a browser says against a page: script errors, breaches of the security policy, broken parts, calls elsewhere."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

REFUSED = "Failed to load resource: the server responded with a status of 4"  # a refusal is an answer like others


class Complaints:
    """Listens to browsers and remembers."""

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.heard: list[str] = []

    def listen(self, context: BrowserContext) -> BrowserContext:
        """Remember what the pages of this browser complain about from now on."""
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("request", self._request)
        context.on("response", self._response)
        return context

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.heard.append(f"{message.type}: {message.text}")

    def _script(self, error: WebError) -> None:
        self.heard.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc != self.home:
            self.heard.append(f"called {request.url}")

    def _response(self, response: Response) -> None:
        broken = response.status >= 500 or (response.status >= 400 and "/static/" in response.url)
        if broken:
            self.heard.append(f"{response.status} from {response.url}")
