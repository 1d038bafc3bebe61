package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * One session of this process with the holder of a volume, shared by all of its clients that are
 * attached through here. Opens, carries requests, and ends once and for all: with its last client,
 * or by loss, upon which its requests are never answered. On the volume's loop.
 */
final class HolderSession {

    private enum State {
        OPENING,
        OPEN,
        OVER
    }

    private final VolumeId volume;
    private final String name;
    private final ServerId holder;
    private final long number;
    private final Forwarder forwarder;
    private final Permits permits;
    private final List<Reply<Way>> waiting = new ArrayList<>();
    private final Set<ForwardedVolume> clients = new LinkedHashSet<>();
    private final Map<Long, Call> calls = new HashMap<>();

    private State state = State.OPENING;
    private long epoch;
    private long sizeBytes;
    private long losses;
    private boolean untold;
    private long openedAt;
    private long nextId = 1;

    HolderSession(
            VolumeId volume,
            String name,
            ServerId holder,
            long number,
            Forwarder forwarder,
            Permits permits) {
        this.volume = volume;
        this.name = name;
        this.holder = holder;
        this.number = number;
        this.forwarder = forwarder;
        this.permits = permits;
    }

    ServerId holder() {
        return holder;
    }

    VolumeId volume() {
        return volume;
    }

    boolean open() {
        return state == State.OPEN;
    }

    void attach(Reply<Way> reply) {
        if (state == State.OPEN) {
            reply.done(client());
        } else {
            waiting.add(reply);
        }
    }

    private Way client() {
        ExportInfo export = new ExportInfo(name, sizeBytes, Optional.of(volume));
        ForwardedVolume client = new ForwardedVolume(export, forwarder.loop(), this);
        clients.add(client);
        return new Way(client, holder, epoch, losses, untold());
    }

    /**
     * The holder tells the session, once; which of its clients lost something it cannot know. So
     * each that comes while such clients may still come back is told.
     */
    private boolean untold() {
        return untold && System.nanoTime() - openedAt < Timing.LOSS_GRACE;
    }

    /** The link is up. */
    void hello() {
        send(new ForwardRequest.Open());
    }

    private void send(ForwardRequest request) {
        forwarder.send(holder, new ToHolder(volume, epoch, number, request));
    }

    void submit(
            ForwardedVolume client,
            LongFunction<ForwardRequest> request,
            int bytes,
            Answering answering) {
        if (state == State.OPEN) {
            long id = nextId++;
            permits.want(new Call(client, id, request.apply(id), bytes, answering));
        }
    }

    void received(FromHolder message) {
        if (message.session() != number || state == State.OVER) {
            return;
        }
        switch (message.reply()) {
            case ForwardReply.Opened opened -> opened(message.epoch(), opened);
            case ForwardReply.Refused(ErrorCode code, String why) -> end(code, why);
            case ForwardReply.Lost(String reason) -> end(ErrorCode.UNAVAILABLE, reason);
            case ForwardReply.Data data -> answered(data.id(), data);
            case ForwardReply.Done done -> answered(done.id(), done);
            case ForwardReply.Allocations runs -> answered(runs.id(), runs);
            case ForwardReply.Failed failed -> answered(failed.id(), failed);
        }
    }

    private void opened(long under, ForwardReply.Opened opened) {
        if (state != State.OPENING) {
            return;
        }
        state = State.OPEN;
        epoch = under;
        sizeBytes = opened.sizeBytes();
        losses = opened.losses();
        untold = opened.untold();
        openedAt = System.nanoTime();
        List<Reply<Way>> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(reply -> reply.done(client()));
    }

    private void answered(long id, ForwardReply reply) {
        Call call = calls.remove(id);
        if (call == null) {
            return;
        }
        permits.giveBack(call);
        if (!call.answering.answer(reply)) {
            end(ErrorCode.INVALID, holder + " answered " + reply + " to " + call.request);
        }
    }

    void detached(ForwardedVolume client) {
        if (clients.remove(client) && clients.isEmpty() && state == State.OPEN) {
            send(new ForwardRequest.Leave());
            List<Call> last = List.copyOf(calls.values());
            end(ErrorCode.UNAVAILABLE, "nobody needs it");
            last.forEach(Call::abandon); // those who asked have gone, and count on an answer
        }
    }

    /** Not opened in time. */
    void expired() {
        if (state == State.OPENING) {
            end(ErrorCode.UNAVAILABLE, "server " + holder + " does not answer");
        }
    }

    /** Ends it for whatever reason; requests without a reply get none. */
    void end(ErrorCode code, String why) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        forwarder.ended(this);
        List<Call> open = List.copyOf(calls.values());
        calls.clear();
        open.forEach(permits::giveBack);
        List<Reply<Way>> refused = List.copyOf(waiting);
        waiting.clear();
        refused.forEach(reply -> reply.failed(code, why));
        List<ForwardedVolume> lost = List.copyOf(clients);
        clients.clear();
        lost.forEach(ForwardedVolume::lost);
    }

    private final class Call implements Permits.Wanting {

        private final ForwardedVolume client;
        private final long id;
        private final ForwardRequest request;
        private final int bytes;
        private final Answering answering;

        Call(
                ForwardedVolume client,
                long id,
                ForwardRequest request,
                int bytes,
                Answering answering) {
            this.client = client;
            this.id = id;
            this.request = request;
            this.bytes = bytes;
            this.answering = answering;
        }

        @Override
        public int bytes() {
            return bytes;
        }

        /** Not if its client has gone: it may be asking for the same elsewhere by now. */
        @Override
        public boolean admitted() {
            if (state != State.OPEN) {
                return false;
            }
            if (!clients.contains(client)) {
                abandon();
                return false;
            }
            calls.put(id, this);
            send(request);
            return true;
        }

        private void abandon() {
            answering.answer(new ForwardReply.Failed(id, ErrorCode.UNAVAILABLE, "its client left"));
        }
    }
}
