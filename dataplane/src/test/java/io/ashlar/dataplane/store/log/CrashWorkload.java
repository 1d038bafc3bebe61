package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A generated workload on a small device, run once, with a note of what was promised by when: after
 * how many disk operations each answer came.
 */
final class CrashWorkload {

    static final long BLOCKS = 600;
    static final int SEGMENT = 64 << 10;
    private static final int HOT = 40;

    final ForgetfulDisk disk;
    final Map<MirrorId, MirrorHistory> histories = new TreeMap<>();
    final List<int[]> mayBeClean = new ArrayList<>();

    private final Random random;
    private final DeviceFiles files;
    private final Surroundings surroundings;
    private final LogOptions options;
    private final List<Pending> pending = new ArrayList<>();
    private BenchDevice device;

    /** An answer that is waited for, and what it will promise. */
    private record Pending(List<StoreAnswer> answer, Runnable then) {}

    CrashWorkload(long seed, FaultyFiles.Fault fault, Surroundings surroundings, int unit)
            throws IOException {
        this.random = new Random(seed);
        ForgetfulDisk fresh = new ForgetfulDisk();
        DeviceFormat.format(
                fresh,
                new Superblock(Samples.DEVICE, Samples.CLUSTER, 12L * SEGMENT, SEGMENT, unit));
        this.disk = fresh.settled();
        this.files = new FaultyFiles(disk, fault);
        this.surroundings = surroundings;
        this.options = seed % 2 == 0 ? BenchDevice.AHEAD : BenchDevice.OPTIONS;
        this.device = new BenchDevice(files, surroundings, options);
        create(Samples.M1);
        create(Samples.M2);
    }

    /** Runs so many steps; answers are taken in as they come. */
    void run(int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            step(random.nextBoolean() ? Samples.M1 : Samples.M2);
            if (random.nextInt(3) == 0) {
                device.flush();
            }
            if (random.nextInt(6) == 0) {
                device.sync();
            }
            takeAnswers();
        }
        for (int i = 0; i < 20; i++) {
            device.flush();
            device.sync();
        }
        takeAnswers();
    }

    private void step(MirrorId id) throws IOException {
        int choice = random.nextInt(100);
        MirrorHistory history = history(id);
        if (choice < 60) {
            write(id, history.current());
        } else if (choice < 72) {
            int first = random.nextInt(HOT);
            Change.Zero zero =
                    new Change.Zero(
                            Samples.range(first, 1 + random.nextInt(6)), random.nextBoolean());
            append(id, next(history.current(), zero));
        } else if (choice < 76) {
            copy(id, history.current());
        } else if (choice < 80) {
            repair(id, history.current());
        } else if (choice < 84) {
            persist(id, history);
        } else if (choice < 98) {
            MirrorHistory.Incarnation current = history.incarnation();
            int index = current.submitted();
            await(device.ask(id, new StoreRequest.Sync()), () -> current.durable(now(), index));
        } else if (choice < 99) {
            history.drop(now());
            await(device.ask(id, new StoreRequest.Drop()), history.acknowledge(this::now));
            create(id);
        } else {
            reopen();
        }
    }

    private MirrorHistory history(MirrorId id) {
        return histories.computeIfAbsent(id, i -> new MirrorHistory());
    }

    private int now() {
        return disk.operations();
    }

    private void await(List<StoreAnswer> answer, Runnable then) {
        pending.add(new Pending(answer, then));
    }

    private void takeAnswers() {
        pending.removeIf(p -> {
            p.answer.stream()
                    .filter(StoreAnswer.Done.class::isInstance)
                    .findFirst()
                    .ifPresent(done -> p.then.run());
            return !p.answer.isEmpty();
        });
    }

    private void create(MirrorId id) {
        MirrorHistory history = history(id);
        int incarnation = history.create(now());
        await(
                device.ask(id, new StoreRequest.Create(Samples.label(100 + incarnation, BLOCKS))),
                history.acknowledge(this::now));
    }

    private JournalRecord.Write next(ModelMirror model, Change change) {
        long seq = model.last().seq() + 1;
        long floor = Math.max(0, seq - 1 - random.nextInt(4));
        return new JournalRecord.Write(
                new Position(Math.max(1, model.last().epoch()), seq), change, floor);
    }

    private void write(MirrorId id, ModelMirror model) {
        int count = 1 + random.nextInt(3);
        long first = random.nextInt(20) == 0 ? 250 + random.nextInt(300) : random.nextInt(HOT);
        append(
                id,
                next(
                        model,
                        new Change.Data(
                                Samples.range(first, count),
                                Samples.payload(random.nextLong(), count))));
    }

    private void copy(MirrorId id, ModelMirror model) {
        BlockSet stale = new BlockSet();
        stale.add(Samples.range(random.nextInt(HOT), 8));
        Position start = new Position(model.last().epoch() + 1, model.last().seq() + 3);
        append(id, new JournalRecord.ResyncStart(start, stale));
        int from = random.nextInt(HOT);
        append(
                id,
                new JournalRecord.CopyPage(
                        new PageImage(
                                0,
                                new int[] {from, from + 1, from + 2},
                                new long[] {1, 0, start.seq()},
                                new byte[] {PageImage.DATA, PageImage.HOLE, PageImage.ZERO},
                                Samples.payload(random.nextLong(), 1))));
    }

    private void repair(MirrorId id, ModelMirror model) {
        long block = random.nextInt(HOT);
        long seq = Math.max(0, model.cell(block).seq() - random.nextInt(2));
        append(id, new JournalRecord.Repair(block, seq, Samples.payload(random.nextLong(), 1)));
    }

    /** A refused append is no part of the history: everything answers before the next one. */
    private void append(MirrorId id, JournalRecord record) {
        MirrorHistory.Incarnation incarnation = history(id).incarnation();
        List<StoreAnswer> answer = device.ask(id, new StoreRequest.Append(record));
        for (int i = 0; answer.isEmpty() && device.parked() && i < 1000; i++) {
            device.flush();
            device.sync();
        }
        if (!answer.isEmpty() && answer.getFirst() instanceof StoreAnswer.Failed) {
            return;
        }
        incarnation.submit(record);
        int index = incarnation.submitted();
        await(answer, () -> incarnation.written(now(), index));
    }

    private void persist(MirrorId id, MirrorHistory history) {
        MirrorHistory.Incarnation incarnation = history.incarnation();
        long accepted = incarnation.accept();
        await(
                device.ask(
                        id,
                        new StoreRequest.Persist(
                                new Standing(accepted, false, accepted, Roster.NONE))),
                () -> incarnation.accepted(now(), accepted));
    }

    private void reopen() throws IOException {
        int from = now();
        device.close();
        takeAnswers();
        device = new BenchDevice(files, surroundings, options);
        mayBeClean.add(new int[] {from, now()});
    }
}
