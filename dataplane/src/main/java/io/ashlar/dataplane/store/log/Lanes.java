package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the threads that submit know of each mirror on the device. Any thread. */
final class Lanes {

    /** One for each mirror that was ever asked for, so a change counts before there is a mirror. */
    private final ConcurrentHashMap<MirrorId, Lane> lanes = new ConcurrentHashMap<>();

    /**
     * Counts a change as under way until it is answered; returns who is to be answered. By the
     * thread that submits, before the device's thread can see it.
     */
    Consumer<StoreAnswer> counted(
            MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {
        return switch (request) {
            case StoreRequest.Append(var record) -> of(mirror).counted(record, reply);
            case StoreRequest.Create _, StoreRequest.Drop _ -> of(mirror).counted(reply);
            case StoreRequest.Persist _,
                    StoreRequest.Sync _,
                    StoreRequest.Read _,
                    StoreRequest.Verify _,
                    StoreRequest.ListChanged _,
                    StoreRequest.Survey _,
                    StoreRequest.ReadImage _,
                    StoreRequest.ReadTail _ ->
                    reply;
        };
    }

    /** There is such a mirror now; on the device's thread. */
    void came(Mirror mirror) {
        of(mirror.row.id()).mirror(mirror);
    }

    /** There is no such mirror any more; on the device's thread. */
    void went(MirrorId mirror) {
        of(mirror).mirror(null);
    }

    private Lane of(MirrorId mirror) {
        return lanes.computeIfAbsent(mirror, id -> new Lane());
    }

    /** The lane of a mirror that was asked for before. */
    @Nullable Lane known(MirrorId mirror) {
        return lanes.get(mirror);
    }

    /** Returns once nobody is in a lane who entered before. */
    void awaitEmpty() {
        for (Lane lane : lanes.values()) {
            while (lane.occupied()) {
                Thread.onSpinWait(); // they wait for nothing
            }
        }
    }
}
