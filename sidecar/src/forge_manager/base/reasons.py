"""Every reason code: why the sidecar is not ready, or what it warns of.

Codes are a public interface (HTTP answers, logs, metrics): never renamed, only added. Each has a
row in STARTUP-PROBE.md with its meaning and what to do.
"""

from enum import StrEnum


class Reason(StrEnum):
    """A stable code that programs may compare."""

    # States of the gate
    STARTING = "Starting"
    CREDENTIALS_PROVISIONED = "CredentialsProvisioned"
    CREDENTIALS_KEPT = "CredentialsKept"
    INTERNAL_ERROR = "InternalError"

    # Reading a source file
    SOURCE_MISSING = "SourceMissing"
    SOURCE_EMPTY = "SourceEmpty"
    SOURCE_CHANGING = "SourceChanging"
    SOURCE_UNREADABLE = "SourceUnreadable"
    SOURCE_HANGS = "SourceHangs"
    SOURCE_TOO_LARGE = "SourceTooLarge"
    SOURCE_NOT_A_FILE = "SourceNotAFile"
    SOURCE_OUTSIDE_MOUNT = "SourceOutsideMount"

    # What a file holds
    ENVELOPE_NOT_JSON = "EnvelopeNotJson"
    ENVELOPE_MALFORMED = "EnvelopeMalformed"
    ENVELOPE_TYPE_WRONG = "EnvelopeTypeWrong"
    PAYLOAD_NOT_CBOR = "PayloadNotCbor"
    PAYLOAD_SHAPE_WRONG = "PayloadShapeWrong"

    # How the three belong together
    KES_KEY_MISMATCH = "KesKeyMismatch"
    KES_KEY_INCONSISTENT = "KesKeyInconsistent"
    VRF_KEY_INCONSISTENT = "VrfKeyInconsistent"
    OP_CERT_SIGNATURE_INVALID = "OpCertSignatureInvalid"
    POOL_ID_MISMATCH = "PoolIdMismatch"
    POOL_ID_MALFORMED = "PoolIdMalformed"
    KES_PERIOD_IN_FUTURE = "KesPeriodInFuture"
    KES_PERIOD_EXPIRED = "KesPeriodExpired"
    KES_PERIOD_UNCHECKED = "KesPeriodUnchecked"

    # Putting them in place
    TARGET_MISSING = "TargetMissing"
    TARGET_NOT_WRITABLE = "TargetNotWritable"
    TARGET_FULL = "TargetFull"
    TARGET_OBSTRUCTED = "TargetObstructed"
    TARGET_FAILED = "TargetFailed"
    TARGET_ON_DISK = "TargetOnDisk"

    # `forge-manager check` only: the files as they lie, not the sidecar's copies
    PERMISSIONS_TOO_OPEN = "PermissionsTooOpen"

    # The other endpoints
    CONTROL_LOOP_STALLED = "ControlLoopStalled"
    THREAD_ENDED = "ThreadEnded"
    NODE_SOCKET_ACCEPTS = "NodeSocketAccepts"
    NODE_SOCKET_MISSING = "NodeSocketMissing"
    NODE_SOCKET_REFUSED = "NodeSocketRefused"
    NODE_SOCKET_BUSY = "NodeSocketBusy"
    NODE_SOCKET_UNREACHABLE = "NodeSocketUnreachable"
    NODE_SOCKET_HANGS = "NodeSocketHangs"
    SOCKET_CHECK_DISABLED = "SocketCheckDisabled"


#: What connecting to the node's socket gives when no node is up.
NOBODY_LISTENS = frozenset({Reason.NODE_SOCKET_MISSING, Reason.NODE_SOCKET_REFUSED})
