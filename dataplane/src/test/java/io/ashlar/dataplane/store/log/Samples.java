package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.Random;
import java.util.UUID;

/** Values that the tests share. */
final class Samples {

    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    static final DeviceId DEVICE = new DeviceId(new UUID(3, 4));
    static final MirrorId M1 = new MirrorId(1);
    static final MirrorId M2 = new MirrorId(2);

    private Samples() {}

    static MirrorLabel label(long extent, long blocks) {
        return new MirrorLabel(
                CLUSTER,
                new VolumeId(7),
                "vol",
                blocks << Blocks.SHIFT,
                new ExtentId(extent),
                0,
                blocks);
    }

    /** Blocks of random bytes that {@code seed} decides. */
    static Payload payload(long seed, int blocks) {
        byte[] bytes = new byte[blocks << Blocks.SHIFT];
        new Random(seed).nextBytes(bytes);
        return Payload.of(bytes);
    }

    static StoreRequest.Append write(long epoch, long seq, long first, Payload payload) {
        return write(epoch, seq, new Change.Data(range(first, payload.blocks()), payload), 0);
    }

    static StoreRequest.Append write(long epoch, long seq, Change change, long floor) {
        return new StoreRequest.Append(
                new JournalRecord.Write(new Position(epoch, seq), change, floor));
    }

    static StoreRequest.Append zero(long epoch, long seq, BlockRange range, boolean trim) {
        return write(epoch, seq, new Change.Zero(range, trim), 0);
    }

    static BlockRange range(long first, int count) {
        return new BlockRange(first, count);
    }
}
