package io.ashlar.dataplane.server;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.shard.Placements;
import io.ashlar.dataplane.shard.Shard;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import java.util.concurrent.CompletableFuture;

/**
 * Brings what a scrub found to the coordinator of the volume; where there is none, this server
 * takes the volume over, so that there is one by the next time. Called on a virtual thread.
 */
class Tidings {

    private final MetadataClient client;
    private final Placements placements;

    Tidings(MetadataClient client, Placements placements) {
        this.client = client;
        this.placements = placements;
    }

    void bad(MirrorId mirror, VolumeId volume, StoreAnswer.Corrupt found) {
        Shard shard = placements.of(volume);
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        shard.execute(() -> told.complete(shard.mirrors().scrubbed(mirror, found)));
        boolean heard = told.join();
        if (client.ask(new Query.ReadVolume(volume)) instanceof Answer.Volume v) {
            // A mirror keeps the session of a coordinator that has gone: ask the tables too.
            if (!heard || v.view().volume().lease().holder().isEmpty()) {
                shard.execute(() -> shard.volume(v.view()).care());
            }
        }
    }
}
