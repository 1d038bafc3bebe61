package io.ashlar.dataplane.mirror;

import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.function.Consumer;

/** What a {@link Mirror} needs of the world. Called and calling back on the mirror's one thread. */
public interface MirrorPort {

    /** The monotonic clock, in nanoseconds. */
    long now();

    /** Sends a reply over {@code link}; silently dropped if that link is gone. */
    void say(long link, FromMirror reply);

    /** Asks the mirror's device; requests take effect in the order of their submission. */
    void submit(StoreRequest request, Consumer<StoreAnswer> answer);

    /** Bytes of blocks that the mirror's device still has room for now. */
    long roomBytes();

    /** Calls {@link Mirror#tick()} at or soon after {@code nanos}. */
    void wakeAt(long nanos);
}
