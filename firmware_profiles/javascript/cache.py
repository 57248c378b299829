"""run_codec: a vendor's codec by its source, compiled once for each thread and kept in use."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from firmware_profiles.javascript.codec import Codec
from firmware_profiles.javascript.errors import CodecError

CODECS_KEPT = 64
"""For each thread, at about 0.4 MiB each; the one unused for longest goes first."""


class _Kept(threading.local):
    def __init__(self) -> None:
        self.codecs: OrderedDict[str, Codec | CodecError] = OrderedDict()


_KEPT = _Kept()


def load_codec(source: str, *, name: str = "") -> Codec:
    """Return the loaded codec of a source, for use in this thread only.

    ``name`` is what messages call it; without one, the start of its SHA-256.

    Raises:
        CodecSourceError: it does not parse, or its top level throws.
        CodecLimitError: its top level used up its time, memory or stack.
    """
    kept = _KEPT.codecs
    codec = kept.get(source)  # a text knows its own hash after the first time
    if codec is None:
        codec = kept[source] = _loaded(source, name)
        if len(kept) > CODECS_KEPT:
            kept.popitem(last=False)
    kept.move_to_end(source)
    if isinstance(codec, CodecError):
        raise codec.with_traceback(None)
    if name:
        codec.name = name
    return codec


def _loaded(source: str, name: str) -> Codec | CodecError:
    """Return the codec, or why it does not load: that takes as long as loading, so it is kept."""
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        return Codec(source, name or digest[:12])
    except CodecError as exc:
        return exc


def run_codec(
    source: str,
    function: str,
    input: Mapping[str, object],  # noqa: A002 - TS013's word
    *,
    name: str = "",
) -> dict[str, Any]:
    """Return what one function of a vendor's codec answers to ``input``, as TS013 defines both.

    ``function`` is decodeUplink, encodeDownlink, decodeDownlink or normalizeUplink; a codec of an
    older form (``Decoder(bytes, port)``, ``Decode(fPort, bytes, variables)``, ``Encoder``,
    ``Encode``) answers the first two as well, and by its own name. ``input`` is plain JSON;
    ``bytes`` may be bytes and ``recvTime`` an aware datetime or ISO 8601 text. Fields that are
    undefined are left out, as JSON does.

    Raises:
        CodecError: one of its kinds, naming codec and input; see ``errors``.
    """
    return load_codec(source, name=name).run(function, input)
