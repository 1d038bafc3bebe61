package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device without threads. {@link #submit} takes requests in order, {@link #flush} writes what
 * they appended and answers; both run on the device's one thread, as do the ends of its errands.
 * Once a write or sync fails the device has failed: whatever waits and every later request is
 * answered so.
 */
final class DeviceCore {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceCore.class);
    private static final StoreAnswer DONE = new StoreAnswer.Done();

    private final Device device;
    private final LogTail tail;
    private final Space space;
    private final Durability durability;
    private final Checkpoint checkpoint;
    private final Appender appender;
    private final Housekeeping housekeeping;
    private final Reads reads;
    private final TailReads tailReads;
    private final LongWork work = new LongWork();
    private final List<StoredMirror> recovered;

    private final List<Consumer<StoreAnswer>> appended = new ArrayList<>();
    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private volatile Optional<StoreAnswer.Failed> failure = Optional.empty();
    private boolean noted;
    private final AtomicLong logBytes = new AtomicLong();
    private volatile long roomBytes;

    private record Parked(MirrorId id, StoreRequest request, Consumer<StoreAnswer> reply) {}

    DeviceCore(
            Recovery.Opened opened,
            Surroundings surroundings,
            LogOptions options,
            Errands errands) {
        this.device = opened.device();
        this.tail =
                new LogTail(
                        device.superblock,
                        device.log,
                        device.segments,
                        surroundings.salts(),
                        options.batchBytes(),
                        options.aheadBytes(),
                        opened.end());
        this.space = new Space(device.segments, tail);
        this.durability = new Durability(device, tail, errands, options.dirtyBytes());
        this.checkpoint = new Checkpoint(device, tail, durability);
        this.appender = new Appender(tail, checkpoint);
        this.housekeeping =
                new Housekeeping(
                        device, tail, space, checkpoint, appender, options.checkpointBytes());
        this.reads = new Reads(device, tail, errands);
        this.tailReads = new TailReads(device);
        this.recovered = device.mirrors.values().stream().map(Mirror::stored).toList();
        this.roomBytes = space.roomBytes();
        device.mirrors.values().forEach(device.lanes::came);
    }

    /** Reads that need not pass by here. */
    QuickReads quickReads(DiskReads disk, QuickReads.Otherwise otherwise) {
        return new QuickReads(device, tail, () -> failure.isPresent(), disk, otherwise);
    }

    Superblock superblock() {
        return device.superblock;
    }

    List<StoredMirror> recovered() {
        return recovered;
    }

    /** Its mirrors as they are now. */
    List<StoredMirror> mirrors() {
        return device.mirrors.values().stream().map(Mirror::stored).toList();
    }

    /** Bytes that went to the log since the device was opened; from any thread. */
    long logBytes() {
        return logBytes.get();
    }

    /** As of the last flush (see {@code DeviceStore}); from any thread. */
    long roomBytes() {
        return roomBytes;
    }

    /** Why the device failed, if it did; from any thread. */
    Optional<StoreAnswer.Failed> failure() {
        return failure;
    }

    /** Takes a request. What it appends is visible to the next one, and written by the flush. */
    void submit(MirrorId id, StoreRequest request, Consumer<StoreAnswer> reply) {
        if (parked.isEmpty() || failure.isPresent()) {
            ask(new Parked(id, request, reply));
        } else {
            parked.add(new Parked(id, request, reply)); // all in order behind the one that waits
        }
    }

    private void ask(Parked asked) {
        try {
            if (failure.isEmpty()) {
                answer(asked.id, asked.request, asked.reply);
                return;
            }
        } catch (IOException | UncheckedIOException e) {
            fail(e);
        }
        failure.ifPresent(asked.reply);
    }

    /** Takes up what waited for the cleaner, until one has to wait again. */
    private void unpark() {
        List<Parked> waiting = List.copyOf(parked);
        parked.clear();
        waiting.forEach(w -> submit(w.id, w.request, w.reply));
    }

    private void answer(MirrorId id, StoreRequest request, Consumer<StoreAnswer> reply)
            throws IOException {
        if (request instanceof StoreRequest.Create(MirrorLabel label)) {
            create(id, label, reply);
            return;
        }
        Mirror mirror = device.mirrors.get(id);
        if (mirror != null) {
            perform(mirror, request, reply);
        } else if (request instanceof StoreRequest.Drop) {
            reply.accept(DONE);
        } else {
            refuse(
                    reply,
                    ErrorCode.NOT_FOUND,
                    "no mirror " + id + " on device " + device.superblock.device());
        }
    }

    private void perform(Mirror mirror, StoreRequest request, Consumer<StoreAnswer> reply)
            throws IOException {
        switch (request) {
            case StoreRequest.Create _ -> throw new IllegalStateException("taken before");
            case StoreRequest.Drop _ -> drop(mirror, reply);
            case StoreRequest.Persist(Standing standing) -> persist(mirror, standing, reply);
            case StoreRequest.Append(JournalRecord record) -> append(mirror, record, reply);
            case StoreRequest.Sync _ -> durability.await(reply);
            case StoreRequest.Read(BlockRange range) -> {
                if (within(mirror, range, reply)) {
                    reads.blocks(mirror, range, reply);
                }
            }
            case StoreRequest.Verify(int page) -> {
                if (within(mirror, page, reply)) {
                    reads.verify(mirror, page, reply);
                }
            }
            case StoreRequest.ListChanged(long after) ->
                    work.begin(new ChangedWalk(mirror, after, () -> present(mirror), reply));
            case StoreRequest.Survey(BlockRange range) -> {
                if (within(mirror, range, reply)) {
                    reply.accept(new StoreAnswer.Kinds(mirror.map.kinds(range)));
                }
            }
            case StoreRequest.ReadImage(int page, long[] mask) -> {
                if (within(mirror, page, reply)) {
                    reads.image(mirror, page, mask, reply);
                }
            }
            case StoreRequest.ReadTail tailRequest -> {
                tail.flush();
                reply.accept(tailReads.read(mirror, tailRequest));
            }
        }
    }

    private void create(MirrorId id, MirrorLabel label, Consumer<StoreAnswer> reply) {
        Mirror present = device.mirrors.get(id);
        if (!label.cluster().equals(device.superblock.cluster())) {
            refuse(
                    reply,
                    ErrorCode.WRONG_CLUSTER,
                    "mirror " + id + " is of cluster " + label.cluster());
        } else if (present == null) {
            MirrorRow row = new MirrorRow(id, label, Standing.NEW, tail.number());
            Mirror mirror = new Mirror(row, device);
            device.mirrors.put(id, mirror);
            device.lanes.came(mirror);
            durability.tableChanged();
            durability.await(reply);
        } else {
            relabel(present, label, reply);
        }
    }

    private void relabel(Mirror present, MirrorLabel label, Consumer<StoreAnswer> reply) {
        MirrorLabel has = present.row.label();
        if (!has.extent().equals(label.extent())) {
            refuse(
                    reply,
                    ErrorCode.ALREADY_EXISTS,
                    "mirror " + present.row.id() + " holds extent " + has.extent());
            return;
        }
        if (label.extentBlocks() < has.extentBlocks()) {
            refuse(
                    reply,
                    ErrorCode.INVALID,
                    "mirror %s has %d blocks and is to have %d"
                            .formatted(present.row.id(), has.extentBlocks(), label.extentBlocks()));
            return;
        }
        if (!label.equals(has)) {
            present.relabel(label);
            durability.tableChanged();
        }
        durability.await(reply); // also if it was made a moment ago
    }

    private boolean present(Mirror mirror) {
        return mirror.equals(device.mirrors.get(mirror.row.id()));
    }

    /** Gone at once and durably; its space comes back little by little. */
    private void drop(Mirror mirror, Consumer<StoreAnswer> reply) throws IOException {
        device.mirrors.remove(mirror.row.id());
        device.lanes.went(mirror.row.id());
        mirror.tail.restart(1);
        durability.tableChanged();
        durability.await(reply);
        housekeeping.clear(mirror.map);
    }

    private void persist(Mirror mirror, Standing standing, Consumer<StoreAnswer> reply) {
        if (standing.accepted() < mirror.row.standing().accepted()) {
            refuse(
                    reply,
                    ErrorCode.FENCED,
                    "accepted epoch would go back from "
                            + mirror.row.standing().accepted()
                            + " to "
                            + standing.accepted());
            return;
        }
        mirror.row = mirror.row.with(standing);
        durability.tableChanged();
        durability.await(reply);
    }

    private void append(Mirror mirror, JournalRecord record, Consumer<StoreAnswer> reply)
            throws IOException {
        Optional<String> objection = Admission.objection(mirror, record);
        if (objection.isPresent()) {
            refuse(reply, ErrorCode.INVALID, objection.get());
            return;
        }
        if (Admission.superseded(mirror, record)) {
            appended.add(reply); // not ahead of what it was submitted behind
            return;
        }
        Draft draft = Draft.of(mirror.row.owner(), record);
        long bytes = tail.paddedBytes(draft.record().body().length, draft.payload().length);
        if (bytes > tail.maxRecordBytes()) {
            refuse(reply, ErrorCode.INVALID, "a change of " + bytes + " bytes fits no segment");
        } else if (!space.hasRoom(draft.record().type(), Admission.grows(mirror, record, bytes))) {
            full(reply);
        } else if (device.cache.full()) {
            parked.add(new Parked(mirror.row.id(), new StoreRequest.Append(record), reply));
        } else if (space.fits(draft.record().type(), bytes)) {
            appender.append(mirror, draft.record(), draft.payload());
            appended.add(reply);
        } else if (housekeeping.mayGain()) {
            parked.add(new Parked(mirror.row.id(), new StoreRequest.Append(record), reply));
        } else {
            space.foundNone();
            full(reply);
        }
    }

    private void full(Consumer<StoreAnswer> reply) {
        roomBytes = space.roomBytes();
        refuse(reply, ErrorCode.NO_SPACE, "device " + device.superblock.device() + " is full");
    }

    private boolean within(Mirror mirror, BlockRange range, Consumer<StoreAnswer> reply) {
        if (mirror.holds(range)) {
            return true;
        }
        refuse(reply, ErrorCode.INVALID, range + " is beyond mirror " + mirror.row.id());
        return false;
    }

    private boolean within(Mirror mirror, int page, Consumer<StoreAnswer> reply) {
        return within(mirror, new BlockRange(Math.max(0, (long) page * Blocks.PER_PAGE), 1), reply);
    }

    private static void refuse(Consumer<StoreAnswer> reply, ErrorCode code, String message) {
        reply.accept(new StoreAnswer.Failed(code, message));
    }

    /** Writes what was appended, answers it, and begins a sync if one is due. */
    void flush() {
        if (failure.isPresent()) {
            return;
        }
        try {
            answerAppended();
            work.step();
            long written = tail.takeWritten();
            housekeeping.step(written, !parked.isEmpty());
            unpark();
            answerAppended();
            written += tail.takeWritten();
            logBytes.addAndGet(written);
            device.cache.trim();
            roomBytes = space.roomBytes();
            durability.start(written);
        } catch (IOException | UncheckedIOException e) {
            fail(e);
        }
    }

    private void answerAppended() throws IOException {
        tail.flush();
        roomBytes = space.roomBytes(); // who hears of the append is to see what is left behind it
        appended.forEach(reply -> reply.accept(DONE));
        appended.clear();
    }

    /** Whether another {@link #flush} would find something to do without any new request. */
    boolean busy() {
        return failure.isEmpty()
                && (housekeeping.busy()
                        || work.busy()
                        || (!parked.isEmpty() && !checkpoint.running()));
    }

    /** Whether requests wait for the cleaner. */
    boolean parked() {
        return !parked.isEmpty();
    }

    /** An errand was run. */
    void end(Errand errand) {
        failure.ifPresentOrElse(errand::failed, errand::done);
        note();
    }

    /** An errand was tried. */
    void endWith(Errand errand, Throwable cause) {
        fail(cause);
        failure.ifPresent(errand::failed);
        note();
    }

    /** The device failed: answers all that waits. */
    void fail(Throwable cause) {
        if (failure.isPresent()) {
            return;
        }
        LOG.error("device {} failed", device.superblock.device(), cause);
        StoreAnswer.Failed failed =
                new StoreAnswer.Failed(
                        ErrorCode.IO, "device " + device.superblock.device() + ": " + cause);
        failure = Optional.of(failed);
        appended.forEach(reply -> reply.accept(failed));
        appended.clear();
        durability.fail(failed);
        work.fail(failed);
        parked.forEach(waiting -> waiting.reply.accept(failed));
        parked.clear();
        note();
    }

    /** Tries to tell the next start that what was not synced may be gone. */
    private void note() {
        if (failure.isPresent() && !noted && !durability.running()) {
            noted = true;
            try {
                device.table.replace(device.table(false, true, 0).encode());
            } catch (IOException e) {
                LOG.error(
                        "device {} takes no note of its failure: let the machine restart before it"
                                + " is used again",
                        device.superblock.device(),
                        e);
            }
        }
    }

    /** Writes what is left, notes a clean stop if nothing failed, and lets go. No errand runs. */
    void close() throws IOException {
        try (device) {
            if (failure.isEmpty()) {
                answerAppended();
                long length = device.log.size();
                device.log.sync();
                new SyncedMark(tail.number() - 1, length).write(device.mark);
                device.table.replace(device.table(true, false, tail.number()).encode());
            }
        }
    }
}
