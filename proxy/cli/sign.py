"""``image-proxy sign``: vouch for an address, so that it is made as it stands."""

from math import ceil
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from proxy import clock
from proxy.cli.figures import visible
from proxy.cli.options import ConfigFile, settings
from proxy.errors import AskError, SettingsError
from proxy.setting_types import Seconds
from proxy.settings import Settings


def sign(
    address: Annotated[
        str,
        Parameter(
            help="As a reader asks it: '/w=480/?http://…', whole with our host name, or the"
            " picture's own address."
        ),
    ],
    *,
    expires: Annotated[
        str | None, Parameter(help="How long it is good for, such as 7d [default: for ever].")
    ] = None,
    config: ConfigFile = None,
) -> int:
    """Print the address with a signature, made with the first of the keys there are.

    What is signed is made exactly as it says, whatever strangers may ask. Addresses as imgproxy and
    imageproxy write them are signed their way, where [dialects] has keys for them. Exit code 0; 2:
    there is no key, or the address cannot be read.
    """
    chosen = settings(config)
    until = None if expires is None else ceil(clock.now() + _span(expires))
    try:
        signed = _signed(address, chosen, until)
    except AskError as wrong:
        raise SettingsError((f"{visible(address)}: {wrong.title()}",)) from wrong
    print(signed)  # noqa: T201  # the command's answer
    return 0


def _span(text: str) -> float:
    try:
        return TypeAdapter(Seconds).validate_python(text)
    except ValidationError as wrong:
        said = wrong.errors()[0]["msg"].removeprefix("Value error, ")
        raise SettingsError((f"--expires: {said}",)) from wrong


def _signed(address: str, chosen: Settings, until: int | None) -> str:
    """Return the signed address, with the host name it came with; raises SettingsError."""
    from proxy.dialects import imgproxy, typed, willnorris, wrapped  # noqa: PLC0415  # heavy

    asked = typed.request_of(address, chosen)
    written, target = address.strip(), asked.target
    if not chosen.server.names and target == f"/?{written}" and "?http" in written.lower():
        said = "is that host ours? name it in [server] names, or begin with the path"
        raise SettingsError((f"{visible(address)}: {said}",))
    enabled = chosen.dialects.enabled
    signed = wrapped.sign(target, chosen, until) if "wrapped" in enabled else None
    for name, there in (("imgproxy", imgproxy), ("willnorris", willnorris)):
        if signed is None and name in enabled:
            signed = there.sign(target, chosen)
            if signed is not None and until is not None:
                raise SettingsError((_write_it_there(name, until),))
    if signed is None:
        raise SettingsError((_why_not(address, chosen),))
    host = asked.headers.get("Host")
    ours = host is not None and host not in chosen.dialects.wrappers
    return f"{written.removesuffix(target)}{signed}" if ours else signed


def _write_it_there(name: str, until: int) -> str:
    item = f"exp:{until}" if name == "imgproxy" else f"vu{until}"
    return f"--expires: write {item} among the options of an address as {name} has them"


def _why_not(address: str, chosen: Settings) -> str:
    homes = {
        "wrapped": "access.keys",
        "imgproxy": "dialects.imgproxy_keys",
        "willnorris": "dialects.willnorris_keys",
    }
    there = [homes[name] for name in chosen.dialects.enabled if chosen.signing_keys(name)]
    if not there:
        return "access.keys: there is no key to sign with; `openssl rand -hex 32` prints a good one"
    form = "write it like '/w=480/?http://image.woshipm.com/a.jpg'"
    return f"{visible(address)}: no key of {', '.join(there)} signs such an address; {form}"
