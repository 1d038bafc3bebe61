package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.ExportInfo;
import java.util.List;

/** What happens to a handshake: bytes from the client, answers from the directory. */
sealed interface HandshakeInput {

    /** The client's flags, its first four bytes. */
    record ClientFlags(int flags) implements HandshakeInput {}

    /** An option with all its data. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Option(int code, byte[] data) implements HandshakeInput {}

    /** An option whose data were too long to keep and have been skipped. */
    record OversizedOption(int code) implements HandshakeInput {}

    /** The bytes are not NBD, or so much that they are an attack. */
    record Malformed(String reason) implements HandshakeInput {}

    /** Answers {@link HandshakeEffect.ListExports}. */
    record Listed(List<ExportInfo> exports) implements HandshakeInput {}

    /** Answers {@link HandshakeEffect.FindExport}. */
    record Found(ExportInfo export) implements HandshakeInput {}

    /** Answers {@link HandshakeEffect.AttachExport}. */
    record Attached(ExportInfo export) implements HandshakeInput {}

    /** Answers any of the three: it did not work. */
    record Failed(ErrorCode code, String message) implements HandshakeInput {}

    /** The server is closing. */
    record ShuttingDown() implements HandshakeInput {}
}
