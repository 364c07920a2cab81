"""Rule: a post names the source, where ``[access] posts`` says so.

It narrows what the other rules admit and never widens it. Only what is asked for is judged so:
where a named source redirects to, no post can know.
"""

from proxy.errors import NotInPosts
from proxy.model.order import Source
from proxy.rules.policy import Policy


def refuse_unnamed(source: Source, policy: Policy) -> None:
    """Raise NotInPosts where only what posts name is fetched, and none names this."""
    if policy.posts is not None and source.url not in policy.posts:
        raise NotInPosts(f"{source.url} is in no manifest of [access] posts")
