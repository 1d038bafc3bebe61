package io.ashlar.dataplane.message;

/**
 * What a server asks of the holder of a volume for its own clients. Every request but {@code Open}
 * must belong to the session that the last {@code Open} began. Offsets and lengths are bytes.
 */
public sealed interface ForwardRequest {

    /**
     * Begins a session; all earlier ones of this process for the volume are over. It is answered
     * when nothing of theirs can take effect any more.
     */
    record Open() implements ForwardRequest {}

    /** The session is over. */
    record Leave() implements ForwardRequest {}

    /** Read at most 1 MiB. */
    record Read(long id, long offset, int length) implements ForwardRequest {}

    /** Write at most 1 MiB. */
    record Write(long id, RaggedBytes bytes, boolean fua) implements ForwardRequest {}

    /** Zero a range. */
    record Zero(long id, long offset, long length, boolean mayTrim, boolean fua)
            implements ForwardRequest {}

    /** Give the space of a range back. */
    record Trim(long id, long offset, long length, boolean fua) implements ForwardRequest {}

    /** Make every acknowledged write durable. */
    record Flush(long id) implements ForwardRequest {}

    /** Which parts of a range hold data. */
    record Survey(long id, long offset, long length) implements ForwardRequest {}
}
