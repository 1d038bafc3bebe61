package io.ashlar.dataplane.shard;

import io.ashlar.dataplane.coordinator.ByteAccess;
import io.ashlar.dataplane.coordinator.Connection;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.util.List;

/** A client's open volume, served by the coordinator on this server. */
final class Attachment implements AttachedVolume {

    private final ExportInfo info;
    private final EventLoop loop;
    private final ByteAccess bytes;
    private final VolumeHost host;
    private final Connection connection;
    private boolean held;
    private boolean lost;
    private Runnable onLost = () -> {};

    Attachment(
            ExportInfo info,
            EventLoop loop,
            ByteAccess bytes,
            VolumeHost host,
            Connection connection) {
        this.info = info;
        this.loop = loop;
        this.bytes = bytes;
        this.host = host;
        this.connection = connection;
    }

    @Override
    public ExportInfo info() {
        return info;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        if (!held) {
            bytes.read(offset, length, reply);
        }
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        if (!held) {
            bytes.write(offset, data, fua, reply);
        }
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        if (!held) {
            bytes.zero(offset, length, mayTrim, fua, reply);
        }
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        if (!held) {
            bytes.zero(offset, length, true, fua, reply);
        }
    }

    @Override
    public void flush(Reply<Done> reply) {
        if (!held) {
            bytes.flush(connection, reply);
        }
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        if (!held) {
            bytes.allocation(offset, length, reply);
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
        host.detached(this);
    }
}
