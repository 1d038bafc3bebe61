package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.net.PeerLink;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One session of another server's process with a volume that is coordinated here. On the volume's
 * loop.
 *
 * <p>Guarantees that its successor begins only when every request that it has executed is answered
 * or can take no effect any more, and that it executes none afterwards (H17).
 */
final class HostedSession {

    private final VolumeId volume;
    private final long number;
    private final PeerLink<FromPeer> link;
    private final Reception.Served served;
    private final Consumer<HostedSession> onEnd;
    private final List<Runnable> afterwards = new ArrayList<>();

    private Optional<Way> attached = Optional.empty();
    private boolean begun;
    private boolean attaching;
    private boolean over;
    private boolean finished;
    private int open;
    private long openBytes;

    /**
     * Does nothing until {@link #begin}.
     *
     * @param onEnd called once nothing of the session is left
     */
    HostedSession(
            VolumeId volume,
            long number,
            PeerLink<FromPeer> link,
            Reception.Served served,
            Consumer<HostedSession> onEnd) {
        this.volume = volume;
        this.number = number;
        this.link = link;
        this.served = served;
        this.onEnd = onEnd;
    }

    long number() {
        return number;
    }

    PeerLink<FromPeer> link() {
        return link;
    }

    /** The sessions before this one are finished. */
    void begin() {
        begun = true;
        if (over) {
            finishIfQuiet();
            return;
        }
        attaching = true;
        served.attach(
                volume,
                new Reply<>() {
                    @Override
                    public void done(Way opened) {
                        attaching = false;
                        attached(opened);
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        attaching = false;
                        say(0, new ForwardReply.Refused(code, message));
                        end(() -> {});
                    }
                });
    }

    private void attached(Way opened) {
        if (over) {
            opened.volume().detach();
            finishIfQuiet();
            return;
        }
        attached = Optional.of(opened);
        say(
                opened.epoch(),
                new ForwardReply.Opened(
                        opened.volume().info().sizeBytes(), opened.losses(), opened.untold()));
        opened.volume().onLost(this::lost);
    }

    /** What was executed and not answered is fenced with the epoch: nothing is under way. */
    private void lost() {
        attached.ifPresent(was -> {
            attached = Optional.empty();
            open = 0;
            say(was.epoch(), new ForwardReply.Lost("epoch " + was.epoch() + " is over"));
            end(() -> {});
        });
    }

    /** Executes nothing more; {@code then} runs when nothing is under way. */
    void end(Runnable then) {
        over = true;
        if (finished) {
            then.run();
            return;
        }
        afterwards.add(then);
        finishIfQuiet();
    }

    private void finishIfQuiet() {
        if (!over || !begun || attaching || open > 0 || finished) {
            return;
        }
        finished = true;
        Optional<Way> was = attached;
        attached = Optional.empty();
        was.ifPresent(opened -> opened.volume().detach());
        onEnd.accept(this);
        afterwards.forEach(Runnable::run);
    }

    void received(ToHolder message) {
        if (over || attached.isEmpty() || message.epoch() != attached.get().epoch()) {
            return; // of another epoch, or sent before it could hear of the end
        }
        AttachedVolume to = attached.get().volume();
        switch (message.request()) {
            case ForwardRequest.Open() -> {}
            case ForwardRequest.Leave() -> end(() -> {});
            case ForwardRequest.Read(long id, long offset, int length) -> {
                if (fits(to, id, offset, length, length)) {
                    to.read(offset, length, reply(id, length, got -> data(id, offset, got)));
                }
            }
            case ForwardRequest.Write(long id, RaggedBytes bytes, boolean fua) -> {
                int length = bytes.length();
                if (fits(to, id, bytes.offset(), length, length)) {
                    to.write(bytes.offset(), bytes.joined(), fua, done(id, length));
                }
            }
            case ForwardRequest.Zero(
                            long id,
                            long offset,
                            long length,
                            boolean mayTrim,
                            boolean fua) -> {
                if (fits(to, id, offset, length, 0)) {
                    to.zero(offset, length, mayTrim, fua, done(id, 0));
                }
            }
            case ForwardRequest.Trim(long id, long offset, long length, boolean fua) -> {
                if (fits(to, id, offset, length, 0)) {
                    to.trim(offset, length, fua, done(id, 0));
                }
            }
            case ForwardRequest.Flush(long id) -> {
                if (fits(to, id, 0, 0, 0)) {
                    to.flush(done(id, 0));
                }
            }
            case ForwardRequest.Survey(long id, long offset, long length) -> {
                if (fits(to, id, offset, length, 0)) {
                    to.allocation(offset, length, reply(id, 0, runs -> allocations(id, runs)));
                }
            }
        }
    }

    private static ForwardReply data(long id, long offset, byte[] got) {
        return new ForwardReply.Data(id, RaggedBytes.of(offset, got));
    }

    private static ForwardReply allocations(long id, List<Allocation> runs) {
        return new ForwardReply.Allocations(id, runs);
    }

    /**
     * Counts the request in. The other side's front end checks ranges and its permits the amount;
     * one that does neither must not get further than here.
     */
    private boolean fits(AttachedVolume to, long id, long offset, long length, int bytes) {
        if (open >= Limits.REQUESTS || openBytes + bytes > Limits.BYTES) {
            sayNow(new ForwardReply.Lost("more than the agreed requests or bytes at once"));
            end(() -> {});
            return false;
        }
        if (length > to.info().sizeBytes() - offset) {
            sayNow(
                    new ForwardReply.Failed(
                            id, ErrorCode.INVALID, "beyond the end of volume " + volume));
            return false;
        }
        open++;
        openBytes += bytes;
        return true;
    }

    private Reply<Done> done(long id, int bytes) {
        return reply(id, bytes, _ -> new ForwardReply.Done(id));
    }

    private <T> Reply<T> reply(long id, int bytes, Function<T, ForwardReply> success) {
        return new Reply<>() {
            @Override
            public void done(T result) {
                answered(success.apply(result), bytes);
            }

            @Override
            public void failed(ErrorCode code, String message) {
                answered(new ForwardReply.Failed(id, code, message), bytes);
            }
        };
    }

    private void answered(ForwardReply reply, int bytes) {
        if (attached.isEmpty()) {
            return; // the epoch ended first, and with it the account
        }
        open--;
        openBytes -= bytes;
        if (over) {
            finishIfQuiet();
        } else {
            sayNow(reply);
        }
    }

    private void sayNow(ForwardReply reply) {
        attached.ifPresent(opened -> say(opened.epoch(), reply));
    }

    private void say(long epoch, ForwardReply reply) {
        FromHolder message = new FromHolder(volume, epoch, number, reply);
        if (link.loop().inEventLoop()) {
            link.send(message);
        } else {
            link.loop().execute(() -> link.send(message));
        }
    }
}
