package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Barriers (P4). A flush is done when every required mirror has made durable everything that had a
 * seq when the flush came, and all of that is committed. A mirror that becomes required while a
 * flush is open has to answer it too.
 */
final class Flushes {

    private record Flush(long through, Set<MirrorId> answered, Reply<Done> reply, long askedAt) {}

    private final Scene scene;
    private final Writes writes;
    private final Map<Long, Flush> open = new LinkedHashMap<>();

    Flushes(Scene scene, Writes writes) {
        this.scene = scene;
        this.writes = writes;
    }

    void submit(Reply<Done> reply) {
        long id = scene.nextRequest();
        Flush flush = new Flush(writes.lastSeq(), new HashSet<>(), reply, scene.now());
        open.put(id, flush);
        for (Peer peer : scene.required()) {
            if (peer.ready()) {
                scene.send(peer, new MirrorRequest.Flush(id, flush.through()));
            }
        }
    }

    /** Sends the open flushes that {@code peer} has not answered; after the writes they cover. */
    void resend(Peer peer) {
        open.forEach((id, flush) -> {
            if (!flush.answered().contains(peer.mirror())) {
                scene.send(peer, new MirrorRequest.Flush(id, flush.through()));
            }
        });
    }

    void received(Peer peer, MirrorReply.Flushed reply) {
        Flush flush = open.get(reply.id());
        if (flush != null) {
            flush.answered().add(peer.mirror());
            advance();
        }
    }

    /** Whether none is under way. */
    boolean quiet() {
        return open.isEmpty();
    }

    /** Whether some flush has waited for {@code peer} since before {@code then}. */
    boolean waitsSince(Peer peer, long then) {
        for (Flush flush : open.values()) {
            if (flush.askedAt() - then < 0 && !flush.answered().contains(peer.mirror())) {
                return true;
            }
        }
        return false;
    }

    /** Answers what is done. */
    void advance() {
        if (open.isEmpty()) {
            return;
        }
        List<Reply<Done>> done = new ArrayList<>();
        open.values()
                .removeIf(flush -> {
                    boolean complete = complete(flush);
                    if (complete) {
                        done.add(flush.reply());
                    }
                    return complete;
                });
        done.forEach(reply -> reply.done(Done.DONE));
    }

    private boolean complete(Flush flush) {
        if (writes.committed() < flush.through()) {
            return false;
        }
        for (Peer peer : scene.required()) {
            if (!flush.answered().contains(peer.mirror())) {
                return false;
            }
        }
        return true;
    }
}
