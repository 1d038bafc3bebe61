package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The sessions of one shard with the holders of volumes elsewhere. On the shard's loop. */
public final class Forwarder {

    /** What it needs of the links to other servers. */
    public interface Wire {

        /** Whether the link is up; it is dialled if it was never wanted before. */
        boolean want(ServerId server);

        /** Sends, if the link is up. */
        void send(ServerId server, ToHolder message);
    }

    /** A holder that has not answered by then is to be found again: it may be another by now. */
    private static final Duration OPENING = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Wire wire;
    private final Map<VolumeId, HolderSession> sessions = new HashMap<>();
    private final Map<ServerId, Permits> permits = new HashMap<>();
    private long lastNumber;

    /** Without sessions. */
    public Forwarder(EventLoop loop, Wire wire) {
        this.loop = loop;
        this.wire = wire;
    }

    /** Whether {@link #open} would answer at once. */
    public boolean reaches(VolumeId volume) {
        HolderSession session = sessions.get(volume);
        return session != null && session.open();
    }

    /** Attaches through the session that there is; only if {@link #reaches}. */
    public void open(VolumeId volume, Reply<Way> reply) {
        HolderSession session = sessions.get(volume);
        if (session == null) {
            reply.failed(ErrorCode.UNAVAILABLE, "volume " + volume + " is not reached from here");
        } else {
            session.attach(reply);
        }
    }

    /** Attaches through a session with this holder, begun if there is none; fails within 1 s. */
    public void open(VolumeId volume, String name, ServerId holder, Reply<Way> reply) {
        HolderSession session = sessions.get(volume);
        if (session != null && !session.holder().equals(holder)) {
            session.end(ErrorCode.UNAVAILABLE, "volume '" + name + "' is now at " + holder);
            session = null;
        }
        if (session == null) {
            begin(volume, name, holder, reply);
        } else {
            session.attach(reply);
        }
    }

    /**
     * Attaches through whatever session there is; else through one with this holder, which had the
     * volume when it was last heard of.
     */
    public void rejoin(VolumeId volume, String name, ServerId holder, Reply<Way> reply) {
        HolderSession session = sessions.get(volume);
        if (session == null) {
            begin(volume, name, holder, reply);
        } else {
            session.attach(reply);
        }
    }

    private void begin(VolumeId volume, String name, ServerId holder, Reply<Way> reply) {
        lastNumber++;
        HolderSession begun =
                new HolderSession(volume, name, holder, lastNumber, this, permits(holder));
        sessions.put(volume, begun);
        begun.attach(reply);
        Future<?> _ = loop.schedule(begun::expired, OPENING.toNanos(), TimeUnit.NANOSECONDS);
        if (wire.want(holder)) {
            begun.hello();
        }
    }

    private Permits permits(ServerId holder) {
        return permits.computeIfAbsent(holder, _ -> new Permits(Limits.REQUESTS, Limits.BYTES));
    }

    /** The link to a server came up or went down. */
    public void linked(ServerId server, boolean up) {
        for (HolderSession session : List.copyOf(sessions.values())) {
            if (session.holder().equals(server)) {
                if (up) {
                    session.hello();
                } else {
                    session.end(ErrorCode.UNAVAILABLE, "the link to " + server + " is down");
                }
            }
        }
    }

    /** A holder answered. */
    public void received(ServerId server, FromHolder message) {
        HolderSession session = sessions.get(message.volume());
        if (session != null && session.holder().equals(server)) {
            session.received(message);
        }
    }

    EventLoop loop() {
        return loop;
    }

    void send(ServerId holder, ToHolder message) {
        wire.send(holder, message);
    }

    void ended(HolderSession session) {
        sessions.remove(session.volume(), session);
    }
}
