"""The integrators' way in: a name and a secret against tokens, old tokens against new ones."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.requests import client_address
from accounts.rest.describe import describe
from accounts.rest.views import ApiView
from accounts.serializers import RefreshBody, SignInBody, TokensAnswer
from accounts.use_cases import Pair, issue_tokens, refresh_tokens, revoke_tokens, sign_in

ACCESS, REFRESH, NEXT = "eyJhbGciOi…2Rk", "eyJhbGciOi…9Xw", "eyJhbGciOi…4Qz"


class DoorView(ApiView):
    """Open to whoever has no token yet; tries are counted by the use cases."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def pair_answer(self, pair: Pair) -> Response:
        """The tokens, for the caller alone (RFC 6749, 5.1)."""
        return Response(TokensAnswer(pair).data, headers={"Cache-Control": "no-store"})


class TokenView(DoorView):
    """The first pair of tokens."""

    @describe(
        "signIn",
        "Sign in",
        body=SignInBody,
        asked={"username": "warehouse", "password": "the client's secret"},
        answer=TokensAnswer,
        answered={"access": ACCESS, "refresh": REFRESH},
        refusals=["sign_in_refused", "too_many_attempts", "busy"],
    )
    def post(self, request: Request) -> Response:
        """Exchange the name and secret of an API client, or a person's address and password, for a pair of tokens.

        Whatever does not match, the answer is the same. Tries that fail are counted for the name at this address, and
        for the address.
        """
        now, asked = timezone.now(), self.body(SignInBody)
        account = sign_in(address=client_address(request), now=now, **asked)
        return self.pair_answer(issue_tokens(user=account, now=now))


class RefreshView(DoorView):
    """The next pair of tokens."""

    @describe(
        "refreshTokens",
        "Exchange a refresh token",
        body=RefreshBody,
        asked={"refresh": REFRESH},
        answer=TokensAnswer,
        answered={"access": ACCESS, "refresh": NEXT},
        refusals=["token_refused", "too_many_attempts"],
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for another pair, for 30 days after signing in at the most.

        It works once. Whoever brings it a second time may have stolen it, so that all tokens of this sign-in end at
        once, and the client signs in again.
        """
        raw = self.body(RefreshBody)["refresh"]
        return self.pair_answer(refresh_tokens(raw=raw, address=client_address(request), now=timezone.now()))


class RevokeView(DoorView):
    """The end of a sign-in."""

    @describe(
        "revokeTokens",
        "End a sign-in",
        body=RefreshBody,
        asked={"refresh": REFRESH},
        status=204,
        refusals=["too_many_attempts"],
    )
    def post(self, request: Request) -> Response:
        """End all tokens of this sign-in at once, access tokens included. What is no token has ended already."""
        raw = self.body(RefreshBody)["refresh"]
        try:
            revoke_tokens(raw=raw, address=client_address(request), now=timezone.now())
        except Refused as refused:
            if refused.code != "token_refused":  # RFC 7009, 2.2
                raise
        return Response(status=204)
