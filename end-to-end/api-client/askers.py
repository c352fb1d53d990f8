"""Whom Schemathesis asks as: people who are signed in and programs with a token, in turn."""

import itertools
import os
import re
import threading

import requests
import schemathesis

URL = os.environ["PLANTBUDDY_ASKS_AT"]


def signed_in(user):
    """Headers of a browser in which somebody is signed in."""
    with requests.Session() as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get(f"{URL}/login").text)
        browser.post(f"{URL}/login", data={"form": form[1], "user": user, "password": "correct horse"})
        csrf = browser.get(f"{URL}/api/v1/me").json()["csrf"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    return {"Cookie": cookies, "X-CSRF-Token": csrf}


def askers():
    with open(os.environ["PLANTBUDDY_TOKENS"], encoding="utf-8") as tokens:
        for number, token in enumerate(tokens.read().split(), start=1):
            yield {"Authorization": f"Bearer {token}"}
            yield signed_in(f"asker{number}")


ASKERS = itertools.cycle(list(askers()))
LOCK = threading.Lock()


@schemathesis.auth(refresh_interval=None, retry_on=[])
class InTurn:
    def get(self, case, context):
        with LOCK:
            return next(ASKERS)

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), **data}
