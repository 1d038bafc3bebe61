package io.ashlar.dataplane.message;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Allocation;
import java.util.List;

/** What the holder of a volume answers to a server that forwards to it. */
public sealed interface ForwardReply {

    /**
     * The session has begun.
     *
     * @param sizeBytes of the volume
     * @param losses how often an extent of it has gone on after a power cut of every in-sync mirror
     *     (P5): a forwarder that has seen another number has lost what was not flushed
     * @param untold whether clients that held such writes may still have to be told: those that the
     *     forwarder has not seen before, too
     */
    record Opened(long sizeBytes, long losses, boolean untold) implements ForwardReply {}

    /** No session: this server does not serve the volume now. */
    record Refused(ErrorCode code, String message) implements ForwardReply {}

    /** To {@code Read}. */
    record Data(long id, RaggedBytes bytes) implements ForwardReply {}

    /** To {@code Write}, {@code Zero}, {@code Trim} and {@code Flush}. */
    record Done(long id) implements ForwardReply {}

    /** To {@code Survey}: runs from the start of the range, perhaps not to its end. */
    record Allocations(long id, List<Allocation> runs) implements ForwardReply {

        /** Copies the list. */
        public Allocations {
            runs = List.copyOf(runs);
        }
    }

    /** The request failed; the session goes on. */
    record Failed(long id, ErrorCode code, String message) implements ForwardReply {}

    /** The session is over: requests without a reply get none, their outcome is unknown. */
    record Lost(String reason) implements ForwardReply {}
}
