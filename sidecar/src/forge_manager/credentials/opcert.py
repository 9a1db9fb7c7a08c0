"""The operational certificate: the cold key's signature for a KES key."""

from __future__ import annotations

from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from forge_manager.base.reasons import Reason
from forge_manager.credentials import envelope, payload
from forge_manager.credentials.verdict import RejectionError

TYPE = "NodeOperationalCertificate"

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_WORD_LIMIT = 2**64  # counter and period are Word64 in the ledger


@dataclass(frozen=True)
class OpCert:
    """The fields of a certificate; all of them are public."""

    kes_vkey: bytes
    counter: int
    kes_period: int
    signature: bytes = field(repr=False)
    cold_vkey: bytes

    def signature_is_valid(self) -> bool:
        """Verify the cold key's Ed25519 signature over KES key, counter and period."""
        signed = b"".join(
            (self.kes_vkey, self.counter.to_bytes(8, "big"), self.kes_period.to_bytes(8, "big"))
        )
        try:
            VerifyKey(self.cold_vkey).verify(signed, self.signature)
        except CryptoError:
            return False
        return True


def parse(content: bytes, *, file: str) -> OpCert:
    """Parse `[[KES vkey, counter, KES period, signature], cold vkey]`. Raises RejectionError."""
    value = payload.decode(envelope.unwrap(content, file=file, type_=TYPE), file=file)
    match value:
        case [[bytes(kes_vkey), int(counter), int(period), bytes(signature)], bytes(cold_vkey)]:
            lengths = (len(kes_vkey), len(signature), len(cold_vkey))
            words = 0 <= counter < _WORD_LIMIT and 0 <= period < _WORD_LIMIT
            if words and lengths == (_KEY_BYTES, _SIGNATURE_BYTES, _KEY_BYTES):
                return OpCert(kes_vkey, counter, period, signature, cold_vkey)
    raise RejectionError(
        Reason.PAYLOAD_SHAPE_WRONG,
        f"{file} does not have the fields and lengths of a certificate; issue it again with "
        "cardano-cli node issue-op-cert",
    )
