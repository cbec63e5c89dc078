"""A request body from its bytes to the answer, as the route does it."""

from datetime import date

from data.channels.body import Unacceptable
from data.channels.http import Answer, load_request, read_request
from data.config import HttpForm
from data.intake.loading import Loader
from data.rights import Actor


def take(
    loader: Loader,
    kind: str,
    body: bytes,
    content_type: str,
    limits: HttpForm,
    actor: Actor,
    today: date,
) -> Answer:
    try:
        request = read_request(kind, body, content_type, limits)
    except Unacceptable as error:
        return Answer(error.status, str(error))
    return load_request(loader, request, actor, today)
