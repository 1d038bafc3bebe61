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

    /** Room for so many more blocks; negative for as many as there may be. */
    void room(long blocks) {
        capacityBlocks = blocks < 0 ? UNLIMITED : countUsed() + blocks;
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
            return done();
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
                yield done();
            }
            case StoreRequest.Persist persist -> {
                watch.persisted(mirror, persist.standing());
                mirror.standing(persist.standing());
                yield done();
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
        // The list of what is stale takes more room than a small write does.
        boolean full = room() < RESYNC_START_BLOCKS && record instanceof JournalRecord.ResyncStart;
        if (full || mirror.grows(record) > room()) {
            return new StoreAnswer.Failed(ErrorCode.NO_SPACE, "device " + id + " is full");
        }
        watch.appending(mirror, record);
        unsynced.add(mirror.apply(record));
        watch.appended(mirror, record);
        return done();
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
        return done();
    }

    private void settle(int covered) {
        for (int i = 0; i < covered; i++) {
            unsynced.get(i).mirror().durable(unsynced.get(i));
        }
    }

    private StoreAnswer done() {
        return new StoreAnswer.Done(Math.max(0, room()) << Blocks.SHIFT);
    }

    private long room() {
        return capacityBlocks - used();
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
