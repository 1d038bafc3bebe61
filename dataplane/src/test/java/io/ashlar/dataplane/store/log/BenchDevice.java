package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A device on one thread: its sync is done when the test says so. */
final class BenchDevice implements Errands {

    static final LogOptions OPTIONS = new LogOptions(8 << 10, 48 << 10, 96 << 10, 0, 6, 1);

    /** The same with zeros written ahead, and so few pages that changes wait for checkpoints. */
    static final LogOptions AHEAD = new LogOptions(8 << 10, 48 << 10, 96 << 10, 16 << 10, 3, 1);

    private final DeviceCore core;
    private final Device device;
    private final ArrayDeque<Errand> syncs = new ArrayDeque<>();

    BenchDevice(DeviceFiles files, Surroundings surroundings) throws IOException {
        this(files, surroundings, OPTIONS);
    }

    BenchDevice(DeviceFiles files, Surroundings surroundings, LogOptions options)
            throws IOException {
        Recovery.Opened opened = Recovery.open(files, Samples.CLUSTER, surroundings, options);
        device = opened.device();
        core = new DeviceCore(opened, surroundings, options, this);
    }

    List<StoredMirror> recovered() {
        return core.recovered();
    }

    /** What is in it. */
    Device device() {
        return device;
    }

    /** Reads past the device's thread. */
    QuickReads quickReads(DiskReads disk, QuickReads.Otherwise otherwise) {
        return core.quickReads(disk, otherwise);
    }

    /** Asks; answers come in the list, at once or after {@link #flush} or {@link #sync}. */
    List<StoreAnswer> ask(MirrorId mirror, StoreRequest request) {
        List<StoreAnswer> answers = new ArrayList<>(1);
        core.submit(mirror, request, answers::add);
        return answers;
    }

    void flush() {
        core.flush();
    }

    /** Does the sync that is under way, if any, and takes it in. */
    void sync() {
        Optional.ofNullable(syncs.poll()).ifPresent(this::carryOut);
        core.flush();
    }

    /** What it says it has room for. */
    long roomBytes() {
        return core.roomBytes();
    }

    /** Whether requests wait for space. */
    boolean parked() {
        return core.parked();
    }

    /** Asks, and does everything until the answer is there. */
    StoreAnswer settle(MirrorId mirror, StoreRequest request) {
        List<StoreAnswer> answers = ask(mirror, request);
        for (int i = 0; answers.isEmpty(); i++) {
            if (i > 10_000) {
                throw new AssertionError("no answer to " + request);
            }
            core.flush();
            if (answers.isEmpty()) {
                sync();
            }
        }
        return answers.getFirst();
    }

    void close() throws IOException {
        while (core.busy() || !syncs.isEmpty()) {
            core.flush();
            sync();
        }
        core.close();
    }

    @Override
    public void read(Errand errand) {
        carryOut(errand);
    }

    @Override
    public void aside(Errand errand) {
        carryOut(errand);
    }

    @Override
    public void sync(Errand errand) {
        syncs.add(errand);
    }

    private void carryOut(Errand errand) {
        try {
            errand.run();
            core.end(errand);
        } catch (IOException e) {
            core.endWith(errand, e);
        }
    }
}
