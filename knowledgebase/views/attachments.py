"""Files of articles, for whoever may read the text they go with."""

from csp.constants import NONE
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from knowledgebase.models import Attachment


@require_GET
@csp({"DIRECTIVES": {"default-src": [NONE], "sandbox": True}})
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    """The file to save, never to run: as a download, of the type that was found in it, and with
    a policy of its own that allows nothing."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        file, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=600"
    return answer
