"""The books, in the console: what each proof found, the seal of each day, and a proof now."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty import access
from loyalty.actions.ledger import books as actions
from loyalty.queries.books import MadeProof, proofs, sealed_days
from outbox.clock import now
from outbox.nudge import send_later


@require_http_methods(["GET", "HEAD", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """Proofs and seals; POST asks for a proof, which a worker makes: a page never waits for a large ledger."""
    viewer = access.require_books(request.user)
    if request.method == "POST":
        with transaction.atomic(durable=True):
            new = actions.ask_for_proof(by=viewer.pk, at=now())
        send_later("loyalty.tasks.prove_books")
        messages.success(
            request,
            _("The books are being proved. Look again in a moment.") if new else _("A proof is on its way already."),
        )
        return redirect("loyalty_books")
    made = proofs(limit=30)
    return render(
        request,
        "loyalty/admin/books.html",
        {
            "proofs": [_shown(one) for one in made],
            "last": next((one for one in made if one.made_at), None),
            "days": sealed_days(limit=60),
        },
    )


def _shown(proof: MadeProof) -> dict[str, Any]:
    """A proof with its findings in the reader's language."""
    findings = [{**finding, "words": _(finding["invariant"])} for finding in proof.findings]
    return {"proof": proof, "findings": findings}
