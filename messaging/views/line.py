"""The line without a socket: what was missed, at once, and sends. (`messaging.polling`; the protocol is docs/realtime.md.)"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.access import is_member
from messaging import frames, polling

STATUS = {"sign_in_required": 401, "not_allowed": 403, "not_found": 404, "bad_frame": 400}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest) -> JsonResponse:
    if request.method == "POST":
        return _carry_out(request)
    try:
        asked, _hello = polling.asked_for(request.META.get("QUERY_STRING", ""))
    except (polling.BadPoll, ValueError) as error:
        return JsonResponse({"code": "bad_poll", "message": str(error)}, status=400)
    member_id = request.user.pk if is_member(request.user) else None
    return JsonResponse(polling.answer(member_id=member_id, asked=asked))


def _carry_out(request: HttpRequest) -> JsonResponse:
    """`send` and `read` as a socket takes them; a form of the page gives its token in X-CSRFToken."""
    member = request.user
    if not is_member(member):
        return _refused({"op": "refused", "ref": "", "code": "sign_in_required", "message": ""})
    if len(request.body) > frames.LARGEST:
        return _refused({"op": "refused", "ref": "", "code": "bad_frame", "message": "too_big"})
    try:
        asked = frames.parse(request.body.decode())
    except frames.BadFrame as error:
        return _refused({"op": "refused", "ref": error.ref, "code": "bad_frame", "message": str(error)})
    except UnicodeDecodeError:
        return _refused({"op": "refused", "ref": "", "code": "bad_frame", "message": "not_json"})
    said = polling.carry_out(member_id=member.pk, asked=asked)
    return JsonResponse(said) if said["op"] == "ok" else _refused(said)


def _refused(said: dict[str, object]) -> JsonResponse:
    wait = said.get("retry_after")
    answer = JsonResponse(said, status=429 if wait is not None else STATUS.get(str(said["code"]), 422))
    if isinstance(wait, int | float):
        answer.headers["Retry-After"] = str(int(-(-wait // 1)))
    return answer
