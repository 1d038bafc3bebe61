package io.ashlar.dataplane.volume;

import io.netty.channel.EventLoop;
import java.util.List;

/**
 * A volume that a client has open on this server. All calls are made on {@link #loop()}, and every
 * reply arrives there. Offsets and lengths are bytes, at any granularity, within the size (the
 * front end checks); a length is at least 1 and, for read and write, at most {@link
 * #MAX_REQUEST_BYTES}.
 *
 * <p>A reply of {@code done} to a write means that it is on every mirror of the in-sync set. What
 * is not yet flushed survives the crash of any process, not the loss of power of every mirror's
 * machine. {@code fua} adds the flush of this very request.
 */
public interface AttachedVolume {

    /** The longest read or write, 32 MiB. */
    int MAX_REQUEST_BYTES = 32 << 20;

    /** What is attached. */
    ExportInfo info();

    /** The event loop that owns the volume; a connection that serves it lives there too. */
    EventLoop loop();

    /** Reads. */
    void read(long offset, int length, Reply<byte[]> reply);

    /** Writes; the array is given away. */
    void write(long offset, byte[] data, boolean fua, Reply<Done> reply);

    /** Zeros a range; {@code mayTrim} allows the space to be given back. */
    void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply);

    /** Gives the space of a range back; it reads as zeros (partial blocks are zeroed too). */
    void trim(long offset, long length, boolean fua, Reply<Done> reply);

    /** Makes every write that was acknowledged before, on any connection, durable (P4). */
    void flush(Reply<Done> reply);

    /**
     * Which parts of a range hold data; the runs cover it from its start, perhaps not to its end,
     * and adjacent runs differ in kind.
     */
    void allocation(long offset, long length, Reply<List<Allocation>> reply);

    /**
     * Calls {@code action}, once, on the loop, when this attachment can no longer be served and
     * requests without a reply will get none: the client must attach again.
     */
    void onLost(Runnable action);

    /**
     * The client sends no more. It may wait for what has no answer yet, or have gone elsewhere to
     * ask for it again: an attachment that could ask again on another way is lost instead.
     */
    default void leaving() {}

    /** Ends the attachment; replies still under way may yet arrive. */
    void detach();
}
