package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops the store after every file operation of generated workloads, loses subsets of what was not
 * synced, reopens, and holds the result against the reference model. Then does the same to stores
 * with a planted bug, to see that each is caught.
 */
class CrashEnumerationTest {

    private static final int STEPS = 220;

    private int states;

    @Test
    void whatWasFlushedIsThereAndWhatRemainsIsAPrefix() throws IOException {
        for (long seed = 1; seed <= 2; seed++) {
            Optional<String> wrong = enumerate(seed, FaultyFiles.Fault.NONE, "boot-2", 512);
            assertEquals(Optional.empty(), wrong, "seed " + seed);
        }
        System.out.println("crash states tried: " + states);
        assertTrue(states > 5_000, states + " states");
    }

    /** Looks at every crash point of one workload until something is wrong. */
    private Optional<String> enumerate(
            long seed, FaultyFiles.Fault fault, String bootAfterPowerLoss, int unit)
            throws IOException {
        CrashWorkload workload =
                new CrashWorkload(seed, fault, CrashCheck.surroundings("boot-1", seed), unit);
        workload.run(STEPS);
        CrashCheck check = new CrashCheck(workload, bootAfterPowerLoss);
        ForgetfulDisk.Cursor cursor = workload.disk.new Cursor();
        Random random = new Random(seed);
        do {
            Optional<String> wrong = state(check, cursor, ForgetfulDisk.ALL, false, random);
            List<ForgetfulDisk.Fate> fates = new ArrayList<>();
            fates.add(ForgetfulDisk.NONE);
            fates.add(ForgetfulDisk.ALL);
            fates.add((write, units) -> write == 0 ? 0 : units);
            fates.add(ForgetfulDisk.random(random));
            fates.add(ForgetfulDisk.random(random));
            for (ForgetfulDisk.Fate fate : fates) {
                wrong = wrong.isPresent() ? wrong : state(check, cursor, fate, true, random);
            }
            if (wrong.isPresent()) {
                return wrong;
            }
        } while (cursor.advance());
        return Optional.empty();
    }

    private Optional<String> state(
            CrashCheck check,
            ForgetfulDisk.Cursor cursor,
            ForgetfulDisk.Fate fate,
            boolean powerLost,
            Random random)
            throws IOException {
        states++;
        return check.violation(cursor.crashed(fate), cursor.done(), powerLost, random.nextLong());
    }

    /** Bugs that a store might have, each told as what its files would then do. */
    enum Bug {
        THE_LOG_IS_NEVER_SYNCED,
        THE_TABLE_IS_NEVER_SYNCED,
        THE_FIRST_COPY_OF_THE_TABLE_IS_NOT_SYNCED_BEFORE_THE_SECOND_IS_WRITTEN,
        THE_ROOT_IS_NEVER_SYNCED,
        THE_LOG_IS_SYNCED_BEFORE_THE_LAST_WRITE_NOT_AFTER,
        APPENDS_ARE_ANSWERED_BEFORE_THEY_ARE_WRITTEN,
        A_SYNCED_UNIT_IS_WRITTEN_AGAIN,
        THE_BOOT_IS_NOT_TOLD_APART,
        THE_ROOT_COMES_BEFORE_THE_PAGES_IT_NAMES,
        THE_MARK_IS_WRITTEN_BEFORE_THE_SYNC
    }

    @ParameterizedTest
    @EnumSource
    void catchesAPlantedBug(Bug bug) throws IOException {
        Optional<String> wrong = Optional.empty();
        long seed = 0;
        while (wrong.isEmpty() && seed < 4) {
            seed++;
            wrong =
                    enumerate(
                            seed,
                            fault(bug),
                            bug == Bug.THE_BOOT_IS_NOT_TOLD_APART ? "boot-1" : "boot-2",
                            bug == Bug.A_SYNCED_UNIT_IS_WRITTEN_AGAIN ? 128 : 512);
        }
        assertTrue(wrong.isPresent(), bug + " was not caught in " + states + " states");
        String what = wrong.get();
        System.out.println(
                bug
                        + ": caught with seed "
                        + seed
                        + " in state "
                        + states
                        + ": "
                        + what.substring(0, Math.min(100, what.length())));
    }

    private static FaultyFiles.Fault fault(Bug bug) {
        return switch (bug) {
            case THE_LOG_IS_NEVER_SYNCED -> withoutSync("log");
            case THE_TABLE_IS_NEVER_SYNCED -> withoutSync("table-a", "table-b");
            case THE_FIRST_COPY_OF_THE_TABLE_IS_NOT_SYNCED_BEFORE_THE_SECOND_IS_WRITTEN ->
                    withoutSync("table-a");
            case THE_ROOT_IS_NEVER_SYNCED -> withoutSync("map-a", "map-b");
            case THE_LOG_IS_SYNCED_BEFORE_THE_LAST_WRITE_NOT_AFTER -> new LateWrites(false);
            case APPENDS_ARE_ANSWERED_BEFORE_THEY_ARE_WRITTEN -> new LateWrites(true);
            case THE_ROOT_COMES_BEFORE_THE_PAGES_IT_NAMES -> new LateLog("map-b", "table-b");
            case THE_MARK_IS_WRITTEN_BEFORE_THE_SYNC -> new LateLog("synced");
            case A_SYNCED_UNIT_IS_WRITTEN_AGAIN, THE_BOOT_IS_NOT_TOLD_APART ->
                    FaultyFiles.Fault.NONE;
        };
    }

    private static FaultyFiles.Fault withoutSync(String... names) {
        return new FaultyFiles.Fault() {
            @Override
            public void sync(String name, DeviceFile file) throws IOException {
                if (!List.of(names).contains(name)) {
                    file.sync();
                }
            }
        };
    }

    /** Holds the newest write to the log back: until the next one, or until the sync. */
    private static final class LateWrites implements FaultyFiles.Fault {

        private final boolean untilSync;
        private final List<Late> late = new ArrayList<>();

        private record Late(ByteBuffer bytes, long at) {}

        LateWrites(boolean untilSync) {
            this.untilSync = untilSync;
        }

        @Override
        public void write(String name, DeviceFile file, ByteBuffer source, long at)
                throws IOException {
            if (!name.equals("log")) {
                file.write(source, at);
                return;
            }
            if (!untilSync) {
                writeLate(file);
            }
            ByteBuffer copy = ByteBuffer.allocate(source.remaining()).put(source).flip();
            late.add(new Late(copy, at));
        }

        @Override
        public void sync(String name, DeviceFile file) throws IOException {
            if (name.equals("log") && untilSync) {
                writeLate(file);
            }
            file.sync();
        }

        private void writeLate(DeviceFile file) throws IOException {
            for (Late write : late) {
                file.write(write.bytes, write.at);
            }
            late.clear();
        }
    }

    /** Syncs the log only after another file, which speaks of it, was written. */
    private static final class LateLog implements FaultyFiles.Fault {

        private final List<String> after;
        private final List<DeviceFile> owed = new ArrayList<>();

        LateLog(String... after) {
            this.after = List.of(after);
        }

        @Override
        public void write(String name, DeviceFile file, ByteBuffer source, long at)
                throws IOException {
            file.write(source, at);
            if (after.contains(name)) {
                for (DeviceFile log : owed) {
                    log.sync();
                }
                owed.clear();
            }
        }

        @Override
        public void sync(String name, DeviceFile file) throws IOException {
            if (name.equals("log")) {
                owed.add(file);
            } else {
                file.sync();
            }
        }
    }
}
