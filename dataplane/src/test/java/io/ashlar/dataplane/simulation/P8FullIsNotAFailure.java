package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;

/**
 * P8: giving whole blocks back never fails for want of space. Once there are no faults, nobody
 * sends data to a device that has told of no room for a while, and nobody is refused who asks when
 * all devices have had plenty for a while.
 */
final class P8FullIsNotAFailure implements Watch {

    private static final String NAME = "P8 full is not a failure";

    /** Longer than from one promise to the next, whatever else there is to do. */
    private static final long A_WHILE = Nanos.millis(600);

    private final World world;

    P8FullIsNotAFailure(World world) {
        this.world = world;
    }

    @Override
    public void answered(long epoch, Attempt attempt, Result result) {
        if (!(result instanceof Result.Failed failed) || failed.code() != ErrorCode.NO_SPACE) {
            return;
        }
        if (attempt.op() instanceof Op.Zero zero
                && zero.first() % Content.UNITS_PER_BLOCK == 0
                && zero.units() % Content.UNITS_PER_BLOCK == 0) {
            throw new Violation(NAME, zero + " found no space");
        }
        if (world.calm() && world.servers().stream().allMatch(P8FullIsNotAFailure::hasRoom)) {
            throw new Violation(NAME, attempt + " found no space where there is room");
        }
    }

    private static boolean hasRoom(Server server) {
        return server.device().lasts(ModelDevice.Room.PLENTY) > A_WHILE;
    }

    @Override
    public void appending(ModelMirror mirror, JournalRecord record) {
        if (!world.calm()
                || !(record instanceof JournalRecord.Write write)
                || !(write.change() instanceof Change.Data)) {
            return;
        }
        if (world.deviceOf(mirror.id()).lasts(ModelDevice.Room.NONE) > A_WHILE) {
            throw new Violation(NAME, write.position() + " went to a device that is full");
        }
    }
}
