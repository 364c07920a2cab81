"""Every failure of the service, one class each.

    ProxyError
    ├── AskError         the client's ask cannot be answered             4xx, 508
    │   ├── BadRequest, HeadTooLarge, AddressTooLong, BadAddress, MethodNotAllowed
    │   ├── BadOption, NotOffered, BadPurge, BadPin, BodyTooLarge, BodyTooSlow
    │   ├── NotAllowed: HostNotAllowed, NotInPosts, PortNotAllowed, CredentialsNotAllowed,
    │   │               AddressNotAllowed, OptionsNotAllowed, SignatureRequired, BadSignature,
    │   │               AddressExpired
    │   ├── UnknownPreset, NotFound, AdminOnly, NotStored, RangeNotSatisfiable, LoopDetected
    │   └── PictureError: NotServedType, NotDecodable, WorkerLost, TooManyBytes,
    │                     TooManyPixels, TooManyFrames
    ├── OriginError      the origin failed us                            its own status, 502, 504
    │   ├── OriginStatus, OriginRefused
    │   ├── OriginUnreachable, OriginNotFound, OriginTls, OriginProtocol, OriginEncoding
    │   ├── OriginTruncated, TooManyRedirects
    │   └── OriginTimeout, MakingTimeout
    ├── Busy             our own fullness                                503 + Retry-After
    │   └── QueueFull, Draining, BodyLost, NotPurged, NotPinned
    ├── StoreUnavailable the disk store cannot be used just now          never over HTTP
    ├── BadManifest, ServiceUnreachable   a command cannot go on         never over HTTP
    └── SettingsError    the operator's settings cannot be used          never over HTTP

A class says what the client may know (``status``, ``public``), whether the operator is told at
warning level (``reported``) and for how many seconds the same ask may be refused again without
asking the origin (``remembered_s``; 0: never). The exception's own message is for the operator and
holds the facts.
"""

from proxy.errors.ask import (
    AddressExpired,
    AddressNotAllowed,
    AddressTooLong,
    AdminOnly,
    AskError,
    BadAddress,
    BadOption,
    BadPin,
    BadPurge,
    BadRequest,
    BadSignature,
    BodyTooLarge,
    BodyTooSlow,
    CredentialsNotAllowed,
    HeadTooLarge,
    HostNotAllowed,
    LoopDetected,
    MethodNotAllowed,
    NotAllowed,
    NotDecodable,
    NotFound,
    NotInPosts,
    NotOffered,
    NotServedType,
    NotStored,
    OptionsNotAllowed,
    PictureError,
    PortNotAllowed,
    RangeNotSatisfiable,
    SignatureRequired,
    TooManyBytes,
    TooManyFrames,
    TooManyPixels,
    UnknownPreset,
    WorkerLost,
)
from proxy.errors.base import (
    ProxyError,
)
from proxy.errors.origin import (
    MakingTimeout,
    OriginEncoding,
    OriginError,
    OriginNotFound,
    OriginProtocol,
    OriginRefused,
    OriginStatus,
    OriginTimeout,
    OriginTls,
    OriginTruncated,
    OriginUnreachable,
    TooManyRedirects,
)
from proxy.errors.own import (
    BadManifest,
    BodyLost,
    Busy,
    Draining,
    NotPinned,
    NotPurged,
    QueueFull,
    ServiceUnreachable,
    SettingsError,
    StoreUnavailable,
)

__all__ = [
    "AddressExpired",
    "AddressNotAllowed",
    "AddressTooLong",
    "AdminOnly",
    "AskError",
    "BadAddress",
    "BadManifest",
    "BadOption",
    "BadPin",
    "BadPurge",
    "BadRequest",
    "BadSignature",
    "BodyLost",
    "BodyTooLarge",
    "BodyTooSlow",
    "Busy",
    "CredentialsNotAllowed",
    "Draining",
    "HeadTooLarge",
    "HostNotAllowed",
    "LoopDetected",
    "MakingTimeout",
    "MethodNotAllowed",
    "NotAllowed",
    "NotDecodable",
    "NotFound",
    "NotInPosts",
    "NotOffered",
    "NotPinned",
    "NotPurged",
    "NotServedType",
    "NotStored",
    "OptionsNotAllowed",
    "OriginEncoding",
    "OriginError",
    "OriginNotFound",
    "OriginProtocol",
    "OriginRefused",
    "OriginStatus",
    "OriginTimeout",
    "OriginTls",
    "OriginTruncated",
    "OriginUnreachable",
    "PictureError",
    "PortNotAllowed",
    "ProxyError",
    "QueueFull",
    "RangeNotSatisfiable",
    "ServiceUnreachable",
    "SettingsError",
    "SignatureRequired",
    "StoreUnavailable",
    "TooManyBytes",
    "TooManyFrames",
    "TooManyPixels",
    "TooManyRedirects",
    "UnknownPreset",
    "WorkerLost",
]
