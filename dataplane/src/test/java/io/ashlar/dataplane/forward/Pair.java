package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.net.Identity;
import io.ashlar.dataplane.net.PeerLink;
import io.ashlar.dataplane.net.WireCodec;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A forwarder and a holder with the network between them in the test's hands: messages lie in two
 * queues until they are delivered, as the bytes of their frames.
 */
final class Pair {

    static final VolumeId VOLUME = new VolumeId(7);
    static final ServerId HOLDER = new ServerId("holder");

    /** One connection; what it carries is lost with it. */
    final class Link implements PeerLink<FromPeer> {

        final Queue<byte[]> toHolder = new ArrayDeque<>();
        final Queue<byte[]> fromHolder = new ArrayDeque<>();

        @Override
        public Identity peer() {
            return new Identity(new ClusterId(new UUID(1, 1)), new ServerId("forwarder"), 99);
        }

        @Override
        public int shard() {
            return 0;
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public void send(FromPeer message) {
            fromHolder.add(WireCodec.encode(message));
        }

        @Override
        public long lastReceivedNanos() {
            return 0;
        }

        @Override
        public void close(String reason) {
            throw new AssertionError(reason);
        }

        void deliverToHolder() {
            while (!toHolder.isEmpty()) {
                deliverOneToHolder();
            }
        }

        void deliverOneToHolder() {
            if (!toHolder.isEmpty()) {
                reception.received(this, (ToHolder) WireCodec.decodeRequest(toHolder.remove()));
            }
        }

        void deliverFromHolder() {
            while (!fromHolder.isEmpty()) {
                FromHolder reply = (FromHolder) WireCodec.decodeReply(fromHolder.remove());
                forwarder.received(HOLDER, reply);
            }
        }
    }

    private final EmbeddedChannel channel = new EmbeddedChannel();
    final EventLoop loop = channel.eventLoop();
    final Forwarder forwarder = new Forwarder(loop, new Wire());
    final Reception reception = new Reception(this::serve);
    final List<ManualVolume> attachments = new ArrayList<>();
    final List<Reply<Way>> attaching = new ArrayList<>();
    final byte[] content = new byte[8 << 20];
    Optional<Link> up = Optional.empty();
    boolean attachLater;
    long epoch = 5;
    long losses;
    boolean untold;

    private void serve(VolumeId volume, Reply<Way> reply) {
        if (attachLater) {
            attaching.add(reply);
        } else {
            serve(reply);
        }
    }

    void serve(Reply<Way> reply) {
        ManualVolume volume = new ManualVolume(loop, content);
        attachments.add(volume);
        reply.done(new Way(volume, HOLDER, epoch, losses, untold));
    }

    private final class Wire implements Forwarder.Wire {

        @Override
        public boolean want(ServerId server) {
            return up.isPresent();
        }

        @Override
        public void send(ServerId server, ToHolder message) {
            up.ifPresent(link -> link.toHolder.add(WireCodec.encode(message)));
        }
    }

    Link linkUp() {
        Link link = new Link();
        up = Optional.of(link);
        forwarder.linked(HOLDER, true);
        return link;
    }

    /** Everything of this epoch is fenced; the holder has the next. */
    void endEpoch() {
        epoch++;
        List<ManualVolume> old = List.copyOf(attachments);
        attachments.clear();
        attachments.add(new ManualVolume(loop, content)); // nobody's, so that there is a last one
        old.forEach(ManualVolume::lose);
    }

    /** The forwarder notices; the holder not yet. */
    void linkDownHere() {
        up = Optional.empty();
        forwarder.linked(HOLDER, false);
    }

    /** Delivers and answers until nothing moves. */
    void settle() {
        Link link = up.orElseThrow();
        do {
            link.deliverToHolder();
            List.copyOf(attachments).forEach(ManualVolume::answerAll);
            link.deliverFromHolder();
        } while (!link.toHolder.isEmpty());
    }

    void passTime(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    Got<Way> open() {
        Got<Way> got = new Got<>();
        forwarder.open(VOLUME, "v", HOLDER, got);
        return got;
    }

    ManualVolume lastAttachment() {
        return attachments.getLast();
    }

    /** A reply, once it is there. */
    static final class Got<T> implements Reply<T> {

        Optional<T> result = Optional.empty();
        Optional<ErrorCode> failure = Optional.empty();
        int answers;

        @Override
        public void done(T value) {
            result = Optional.of(value);
            answers++;
        }

        @Override
        public void failed(ErrorCode code, String message) {
            failure = Optional.of(code);
            answers++;
        }
    }
}
