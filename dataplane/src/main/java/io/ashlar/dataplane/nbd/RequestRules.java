package io.ashlar.dataplane.nbd;

import io.ashlar.common.block.Blocks;
import java.util.Optional;

/**
 * What the document calls an error in a request, in this order: unknown command or flag, misuse of
 * a payload, access, bounds, size.
 */
final class RequestRules {

    private static final Optional<Refusal> FINE = Optional.empty();

    private final Session session;

    RequestRules(Session session) {
        this.session = session;
    }

    /** Why a request is refused by a volume of this size; empty if it is not. */
    Optional<Refusal> check(RequestHeader request, long sizeBytes) {
        if (!Command.known(request.type())) {
            return refused(NbdError.EINVAL, "unknown command " + request.type());
        }
        Command command = Command.of(request.type());
        if (!command.accepts(request.flags(), session.dialect())) {
            return refused(
                    NbdError.EINVAL,
                    "flags 0x" + Integer.toHexString(request.flags()) + " on " + command.label());
        }
        if (command.changes() && session.access() != Access.READ_WRITE) {
            return refused(NbdError.EPERM, "the export is read-only");
        }
        return switch (command) {
            case DISC -> FINE;
            case FLUSH ->
                    request.offset() == 0 && request.length() == 0
                            ? FINE
                            : refused(NbdError.EINVAL, "offset and length of a flush must be 0");
            case READ -> within(request, sizeBytes, NbdError.EINVAL).or(() -> readable(request));
            case WRITE -> writable(request).or(() -> within(request, sizeBytes, NbdError.ENOSPC));
            case TRIM, CACHE -> within(request, sizeBytes, NbdError.EINVAL);
            case WRITE_ZEROES ->
                    within(request, sizeBytes, NbdError.ENOSPC).or(() -> fast(request));
            case BLOCK_STATUS -> blockStatus(request, sizeBytes);
        };
    }

    private Optional<Refusal> within(RequestHeader request, long sizeBytes, NbdError error) {
        long offset = request.offset();
        long length = request.length();
        boolean inside =
                offset >= 0 && length >= 0 && offset <= sizeBytes && length <= sizeBytes - offset;
        return inside ? FINE : refused(error, "beyond the export's end");
    }

    private Optional<Refusal> readable(RequestHeader request) {
        if (request.length() <= ExportReply.MAX_PAYLOAD) {
            return FINE;
        }
        // The document grants EOVERFLOW to reads that could have been answered in several chunks.
        return refused(
                session.dialect() == Dialect.SIMPLE ? NbdError.EINVAL : NbdError.EOVERFLOW,
                "a read of more than " + ExportReply.MAX_PAYLOAD + " bytes");
    }

    private Optional<Refusal> writable(RequestHeader request) {
        if (session.dialect() == Dialect.EXTENDED && !request.has(Command.PAYLOAD_LEN)) {
            return refused(NbdError.EINVAL, "a write without a payload");
        }
        return Long.compareUnsigned(request.length(), ExportReply.MAX_PAYLOAD) <= 0
                ? FINE
                : refused(
                        NbdError.EINVAL,
                        "a write of more than " + ExportReply.MAX_PAYLOAD + " bytes");
    }

    /**
     * A range of zeros is one small record whatever its length, so it beats a write of as many
     * bytes, unless it touches parts of blocks only, which have to be read and written either way.
     */
    private Optional<Refusal> fast(RequestHeader request) {
        if (!request.has(Command.FAST_ZERO)) {
            return FINE;
        }
        long firstWhole = (request.offset() + Blocks.SIZE - 1) & -Blocks.SIZE;
        long endWhole = (request.offset() + request.length()) & -Blocks.SIZE;
        return firstWhole < endWhole || request.length() == 0
                ? FINE
                : refused(NbdError.ENOTSUP, "no faster than a write of the same bytes");
    }

    private Optional<Refusal> blockStatus(RequestHeader request, long sizeBytes) {
        if (!session.blockStatus()) {
            return refused(NbdError.EINVAL, "no metadata context was negotiated");
        }
        if (request.has(Command.PAYLOAD_LEN)) {
            return request.length() == StatusPayload.BYTES
                    ? FINE
                    : refused(NbdError.EINVAL, "duplicate or missing metadata contexts");
        }
        if (request.length() == 0) {
            return refused(NbdError.EINVAL, "a block status of no bytes");
        }
        return within(request, sizeBytes, NbdError.EINVAL);
    }

    private static Optional<Refusal> refused(NbdError error, String message) {
        return Optional.of(new Refusal(error, message));
    }
}
