package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.store.DeviceStore;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reference model of a device: one log for all its mirrors. What was appended survives the
 * crash of the process; a loss of power leaves a prefix of the log that is no shorter than what the
 * last completed sync covered, and makes every mirror suspect. Standings, creations and drops are
 * durable when answered.
 */
final class ModelDevice implements DeviceStore {

    private record Pending(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {}

    /** What the device's answers need beside their reply. */
    interface Deliver {
        void deliver(Runnable reply);
    }

    /** What it may tell of its room. */
    enum Room {
        NONE,
        LITTLE,
        PLENTY
    }

    /** Blocks that a full device takes and does not tell of, unless a fault says otherwise. */
    static final int MARGIN = 64;

    private static final StoreAnswer DONE = new StoreAnswer.Done();
    private static final int RESYNC_START_BLOCKS = 6;
    private static final long UNLIMITED = Long.MAX_VALUE >> Blocks.SHIFT;

    private final DeviceId id;
    private final Agenda agenda;
    private final Chance chance;
    private final Watch watch;
    private final Map<MirrorId, ModelMirror> mirrors = new LinkedHashMap<>();
    private final Map<MirrorId, Long> busyUntil = new LinkedHashMap<>();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private List<ModelMirror.Undo> unsynced = new ArrayList<>();
    private Deliver deliver = Runnable::run;
    private long capacityBlocks = UNLIMITED;
    private long margin;
    private Room level = Room.PLENTY;
    private long levelSince;
    private long stalledUntil;
    private long slownessFactor = 1;
    private boolean failed;
    private boolean syncsFail;
    private boolean syncFailed;
    private int life;

    ModelDevice(DeviceId id, Agenda agenda, Chance chance, Watch watch) {
        this.id = id;
        this.agenda = agenda;
        this.chance = chance;
        this.watch = watch;
    }

    @Override
    public DeviceId device() {
        return id;
    }

    @Override
    public long capacityBytes() {
        return capacityBlocks << Blocks.SHIFT;
    }

    @Override
    public long roomBytes() {
        return toldRoom() << Blocks.SHIFT;
    }

    /** A process opens it; answers go through {@code to}. */
    List<StoredMirror> open(Deliver to) {
        deliver = to;
        failed = false;
        syncsFail = false;
        if (syncFailed) {
            mirrors.values().forEach(mirror -> mirror.suspect(agenda.now()));
            syncFailed = false;
        }
        return recovered();
    }

    @Override
    public List<StoredMirror> recovered() {
        return mirrors.values().stream().map(ModelMirror::stored).toList();
    }

    Optional<ModelMirror> mirror(MirrorId mirror) {
        return Optional.ofNullable(mirrors.get(mirror));
    }

    Collection<ModelMirror> mirrors() {
        return mirrors.values();
    }

    // ---- faults ----

    /** The process died: of what was under way, each mirror keeps a prefix. */
    void crash() {
        life++;
        int cut = chance.below(pending.size() + 1);
        List<Pending> taken = new ArrayList<>(pending);
        pending.clear();
        taken.subList(0, cut).forEach(this::perform);
        busyUntil.clear();
    }

    /** The machine lost its power. */
    void losePower() {
        crash();
        int kept = chance.below(unsynced.size() + 1);
        for (int i = unsynced.size() - 1; i >= kept; i--) {
            unsynced.get(i).revert();
        }
        settle(kept);
        unsynced.clear();
        mirrors.values().forEach(mirror -> mirror.suspect(agenda.now()));
    }

    void stall(long until) {
        stalledUntil = until;
    }

    void slowness(long factor) {
        slownessFactor = factor;
    }

    /** From now on every request fails, until a process opens it again. */
    void fail() {
        failed = true;
    }

    void failSyncs() {
        syncsFail = true;
    }

    boolean broken() {
        return failed || syncsFail;
    }

    /** Whatever rotted and was not repaired is put right, as by an operator. */
    void heal() {
        for (ModelMirror mirror : mirrors.values()) {
            for (int block = 0; block < mirror.blocks(); block++) {
                if (mirror.cell(block).rotten()) {
                    mirror.rot(block, false);
                }
            }
        }
    }

    /** Others fill it: there is room for so many more blocks, and a margin that is not told of. */
    void room(long blocks, long untold) {
        margin = untold;
        capacityBlocks = countUsed() + blocks + untold;
        noteRoom();
    }

    /** Others free what they had: room without end. */
    void roomAgain() {
        margin = 0;
        capacityBlocks = UNLIMITED;
        noteRoom();
    }

    /** For how long what it tells of its room has been of this kind; 0 if it is not. */
    long lasts(Room kind) {
        return level == kind ? agenda.now() - levelSince : 0;
    }

    private void noteRoom() {
        Room now = capacityBlocks == UNLIMITED ? Room.PLENTY : Room.LITTLE;
        now = toldRoom() == 0 ? Room.NONE : now;
        if (now != level) {
            level = now;
            levelSince = agenda.now();
        }
    }

    /** The device came back as a new one: nothing is on it. */
    void wipe() {
        mirrors.clear();
        unsynced.clear();
    }

    // ---- requests ----

    @Override
    public void submit(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {
        Pending asked = new Pending(mirror, request, reply);
        pending.add(asked);
        long start = Math.max(agenda.now(), stalledUntil);
        long done = start + slownessFactor * service(request);
        done = Math.max(done, busyUntil.getOrDefault(mirror, 0L));
        busyUntil.put(mirror, done);
        int asOf = life;
        agenda.at(
                done,
                () -> {
                    if (life == asOf) {
                        pending.remove(asked);
                        StoreAnswer answer = perform(asked);
                        deliver.deliver(() -> reply.accept(answer));
                    }
                });
    }

    private long service(StoreRequest request) {
        return switch (request) {
            case StoreRequest.Sync _ -> chance.skewed(Nanos.micros(100), Nanos.millis(20));
            case StoreRequest.Persist _, StoreRequest.Create _, StoreRequest.Drop _ ->
                    chance.skewed(Nanos.micros(100), Nanos.millis(5));
            case StoreRequest.Append _,
                    StoreRequest.Read _,
                    StoreRequest.Verify _,
                    StoreRequest.ListChanged _,
                    StoreRequest.Survey _,
                    StoreRequest.ReadImage _,
                    StoreRequest.ReadTail _ ->
                    chance.skewed(Nanos.micros(20), Nanos.millis(3));
        };
    }

    private StoreAnswer perform(Pending asked) {
        if (failed) {
            return new StoreAnswer.Failed(ErrorCode.IO, "simulated failure of " + id);
        }
        if (asked.request() instanceof StoreRequest.Create create) {
            mirrors.computeIfAbsent(asked.mirror(), m -> new ModelMirror(m, create.label()));
            return DONE;
        }
        ModelMirror mirror = mirrors.get(asked.mirror());
        if (mirror == null) {
            return new StoreAnswer.Failed(ErrorCode.NOT_FOUND, "no mirror " + asked.mirror());
        }
        return switch (asked.request()) {
            case StoreRequest.Create _ -> throw new IllegalStateException("handled before");
            case StoreRequest.Drop _ -> {
                watch.dropped(mirror);
                mirrors.remove(asked.mirror());
                noteRoom();
                yield DONE;
            }
            case StoreRequest.Persist persist -> {
                watch.persisted(mirror, persist.standing());
                mirror.standing(persist.standing());
                yield DONE;
            }
            case StoreRequest.Append append -> append(mirror, append.record());
            case StoreRequest.Sync _ -> sync(mirror);
            case StoreRequest.Read read -> mirror.read(read.range());
            case StoreRequest.Verify verify -> mirror.verify(verify.page());
            case StoreRequest.ListChanged list ->
                    new StoreAnswer.Changed(mirror.changedAfter(list.after()));
            case StoreRequest.Survey survey -> mirror.survey(survey.range());
            case StoreRequest.ReadImage image -> mirror.image(image.page(), image.mask());
            case StoreRequest.ReadTail tail -> mirror.tail(tail.from(), tail.to());
        };
    }

    private StoreAnswer append(ModelMirror mirror, JournalRecord record) {
        if (!mirror.continues(record)) {
            return new StoreAnswer.Failed(
                    ErrorCode.INVALID, record + " does not follow " + mirror.last());
        }
        if (!hasRoom(record, mirror.grows(record))) {
            return new StoreAnswer.Failed(ErrorCode.NO_SPACE, "device " + id + " is full");
        }
        watch.appending(mirror, record);
        unsynced.add(mirror.apply(record));
        watch.appended(mirror, record);
        noteRoom();
        return DONE;
    }

    /** The margin is for changes, which have their seq; the list of what is stale is long. */
    private boolean hasRoom(JournalRecord record, int grows) {
        return switch (record) {
            case JournalRecord.Write _ -> grows <= room();
            case JournalRecord.CopyPage _ -> grows <= toldRoom();
            case JournalRecord.ResyncStart _ -> toldRoom() >= RESYNC_START_BLOCKS;
            case JournalRecord.Repair _ -> true;
        };
    }

    /** Covers what this mirror appended before, and as much of the log behind it as chance has. */
    private StoreAnswer sync(ModelMirror mirror) {
        if (syncsFail) {
            failed = true;
            syncFailed = true;
            return new StoreAnswer.Failed(ErrorCode.IO, "simulated failure to sync " + id);
        }
        int least = unsynced.size();
        while (least > 0 && unsynced.get(least - 1).mirror() != mirror) {
            least--;
        }
        int covered = least + chance.below(unsynced.size() - least + 1);
        settle(covered);
        unsynced = new ArrayList<>(unsynced.subList(covered, unsynced.size()));
        return DONE;
    }

    private void settle(int covered) {
        for (int i = 0; i < covered; i++) {
            unsynced.get(i).mirror().durable(unsynced.get(i));
        }
    }

    private long room() {
        return capacityBlocks - used();
    }

    private long toldRoom() {
        return Math.max(0, room() - margin);
    }

    private long used() {
        if (capacityBlocks == UNLIMITED) {
            return 0; // nobody counts while there is room without end
        }
        return countUsed();
    }

    private long countUsed() {
        long n = 0;
        for (ModelMirror mirror : mirrors.values()) {
            for (int block = 0; block < mirror.blocks(); block++) {
                n += mirror.cell(block).hasData() ? 1 : 0;
            }
        }
        return n;
    }

    @Override
    public void close() {
        crash();
        settle(unsynced.size());
        unsynced.clear();
    }
}
