"""Hands a record over by HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping


def post(address: str, token: str, table: str, row: Mapping[str, object]) -> None:
    """A record that is not taken is an error that says why."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps(row).encode()
    request = urllib.request.Request(f"{address}/api/records/{table}", body, headers)
    try:
        urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()) from error
