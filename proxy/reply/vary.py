"""Which fields of the request an answer depends on (RFC 9110 §12.5.5), in one line."""

from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines
from proxy.settings import Access


def lines(answer: Answer) -> Lines:
    """Return the line for one answer: the fields by which a picture was chosen.

    Of the names in the origin's Vary stand those of fields our readers' requests take along, for
    what selected the original selects the answer; where Vary passes, all of them.
    """
    said = answer.original.head.headers.get("Vary")
    if said is None:
        return lines_for(answer.access, *answer.varies)
    carried, listed = answer.profile.pass_request_headers, said.split(",")
    theirs = [
        name
        for part in listed
        if is_sendable(name := part.strip(" \t"))
        and (answer.passes("Vary") or "*" in carried or name.lower() in carried)
    ]
    return lines_for(answer.access, *theirs, *answer.varies)


def lines_for(access: Access, *names: str) -> Lines:
    """Return one Vary of these names, and Origin where only listed origins may read.

    Origin stands on every such answer, asked with one or not: a copy made for a plain ``<img>``
    must not be reused for a script's read.
    """
    found = names if "*" in access.readers else (*names, "Origin")
    return (("Vary", ", ".join(found)),) if found else ()
