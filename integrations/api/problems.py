"""Every code an error may have, where the `type` of an error points."""

from django.http import HttpRequest
from ninja import Router

from integrations.api.asking import known_parameters
from integrations.problems import KINDS, Problem
from integrations.schemas import KindOut, ProblemOut

router = Router(tags=["problems"])
OPEN = {400: ProblemOut, 404: ProblemOut, 422: ProblemOut, 500: ProblemOut, 503: ProblemOut}


@router.get("/problems", auth=None, response={200: list[KindOut], **OPEN})
def get_problems(request: HttpRequest) -> list[KindOut]:
    """Every code an error may have, and what to do about it."""
    known_parameters(request)
    return [_kind(code) for code in sorted(KINDS)]


@router.get("/problems/{code}", auth=None, response={200: KindOut, **OPEN})
def get_problem(request: HttpRequest, code: str) -> KindOut:
    """One code: where the `type` of an error points."""
    known_parameters(request)
    if code not in KINDS:
        raise Problem("not_found")
    return _kind(code)


def _kind(code: str) -> KindOut:
    kind = KINDS[code]
    return KindOut(code=code, status=kind.status, title=str(kind.title), next_step=str(kind.next_step))
