package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.coordinator.Connection;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.util.List;

/** A volume that a client, or another process for its clients, has open at its coordinator. */
final class Attachment implements AttachedVolume {

    private final Tenure tenure;
    private final Connection connection;
    private boolean held;
    private boolean lost;
    private Runnable onLost = () -> {};

    Attachment(Tenure tenure, Connection connection) {
        this.tenure = tenure;
        this.connection = connection;
    }

    @Override
    public ExportInfo info() {
        return new ExportInfo(tenure.volume().name(), tenure.volume().bytes());
    }

    @Override
    public EventLoop loop() {
        return tenure.life().frontEnd().loop();
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        if (!held) {
            tenure.bytes().read(offset, length, watched(reply, () -> {}));
        }
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        if (!held) {
            int first = tenure.volume().unit(offset);
            Op.Write op =
                    new Op.Write(first, data.length / Content.UNIT, Content.stamp(data, 0), fua);
            tenure.bytes()
                    .write(
                            offset,
                            data,
                            fua,
                            watched(reply, () -> world().watch().executed(tenure, op)));
        }
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        if (!held) {
            tenure.bytes().zero(offset, length, mayTrim, fua, watched(reply, () -> {}));
        }
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        zero(offset, length, true, fua, reply);
    }

    @Override
    public void flush(Reply<Done> reply) {
        if (!held) {
            long begun = world().history().tick();
            tenure.bytes()
                    .flush(
                            connection,
                            watched(reply, () -> world().watch().flushed(tenure, begun)));
        }
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        if (!held) {
            tenure.bytes().allocation(offset, length, watched(reply, () -> {}));
        }
    }

    private World world() {
        return tenure.world();
    }

    private <T> Reply<T> watched(Reply<T> reply, Runnable onDone) {
        return new Reply<>() {
            @Override
            public void done(T result) {
                answers();
                onDone.run();
                reply.done(result);
            }

            @Override
            public void failed(ErrorCode code, String message) {
                answers();
                reply.failed(code, message);
            }
        };
    }

    private void answers() {
        world().watch().served(tenure);
        if (tenure.over()) {
            throw new Violation("P2 fencing", tenure + " answered after it had stepped down");
        }
    }

    @Override
    public void onLost(Runnable action) {
        onLost = action;
        if (lost) {
            action.run();
        }
    }

    /** From now on until it is lost nothing is executed: whoever asks will ask again elsewhere. */
    void hold() {
        held = true;
    }

    void lost() {
        if (!lost) {
            lost = true;
            onLost.run();
        }
    }

    @Override
    public void detach() {
        tenure.detached(this);
    }
}
