package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.forward.SteadyVolume;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.volume.Reply;
import java.util.Optional;

/**
 * A client's connection to one process, over which it has a volume open, wherever that is
 * coordinated. When the client closes it, what has not come to the process yet is discarded, and
 * the process lets the volume go before it does anything else.
 */
final class Visit {

    private final Client client;
    private final long number;
    private final FrontEnd at;
    private final Volume volume;
    private Optional<SteadyVolume> open = Optional.empty();
    private long epoch;
    private boolean forwarded;
    private boolean closed;

    /**
     * A connection that has just been made.
     *
     * @param number which of the client's
     */
    Visit(Client client, long number, FrontEnd at, Volume volume) {
        this.client = client;
        this.number = number;
        this.at = at;
        this.volume = volume;
    }

    long number() {
        return number;
    }

    Life life() {
        return at.life();
    }

    FrontEnd frontEnd() {
        return at;
    }

    Volume volume() {
        return volume;
    }

    /** Open and not closed by the client. */
    Optional<SteadyVolume> open() {
        return closed ? Optional.empty() : open;
    }

    /** The epoch under which what is answered now was executed. */
    long epoch() {
        return epoch;
    }

    /**
     * Whether what was asked here may be under way between two servers: then it may yet be executed
     * after the connection is closed, whatever the client does next.
     */
    boolean forwarded() {
        return forwarded;
    }

    /** Opens the volume; {@code then} hears whether that was possible. */
    void begin(Runnable then) {
        new Search(
                        at,
                        volume,
                        new Reply<>() {
                            @Override
                            public void done(Way way) {
                                opened(way);
                                then.run();
                            }

                            @Override
                            public void failed(ErrorCode code, String message) {
                                then.run();
                            }
                        })
                .begin(Optional.empty());
    }

    private void opened(Way first) {
        if (closed) {
            first.volume().detach();
            return;
        }
        SteadyVolume made =
                new SteadyVolume(
                        at.loop(),
                        (lost, next) -> new Search(at, volume, noting(next)).begin(lost),
                        at.debt(volume.id()),
                        note(first));
        made.onLost(() -> client.lost(this));
        open = Optional.of(made);
    }

    private Reply<Way> noting(Reply<Way> next) {
        return new Reply<>() {
            @Override
            public void done(Way way) {
                next.done(note(way));
            }

            @Override
            public void failed(ErrorCode code, String message) {
                next.failed(code, message);
            }
        };
    }

    private Way note(Way found) {
        Way way = at.world().plant().way(this, found);
        epoch = way.epoch();
        forwarded |= !way.server().equals(at.life().server().id());
        return way;
    }

    /** The client is gone. */
    void close() {
        if (!closed) {
            closed = true;
            at.life().runFirst(() -> open.ifPresent(SteadyVolume::detach));
        }
    }

    @Override
    public String toString() {
        return client + "#" + number + " at " + at.life().server();
    }
}
