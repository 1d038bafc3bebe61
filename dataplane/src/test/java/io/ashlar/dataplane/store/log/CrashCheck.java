package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Holds what a reopened device says against what was promised before the crash. */
final class CrashCheck {

    private final CrashWorkload workload;
    private final String bootAfterPowerLoss;

    CrashCheck(CrashWorkload workload, String bootAfterPowerLoss) {
        this.workload = workload;
        this.bootAfterPowerLoss = bootAfterPowerLoss;
    }

    /** The first thing that is wrong after the power went, or only the process died. */
    Optional<String> violation(ForgetfulDisk left, int done, boolean powerLost, long salt)
            throws IOException {
        Surroundings after = surroundings(powerLost ? bootAfterPowerLoss : "boot-1", salt);
        BenchDevice device;
        try {
            device = new BenchDevice(left, after);
        } catch (RuntimeException e) {
            return Optional.of("does not open: " + e);
        }
        Map<MirrorId, StoredMirror> found =
                device.recovered().stream().collect(Collectors.toMap(StoredMirror::id, m -> m));
        for (Map.Entry<MirrorId, MirrorHistory> e : workload.histories.entrySet()) {
            Optional<StoredMirror> mirror = Optional.ofNullable(found.get(e.getKey()));
            Optional<String> wrong =
                    mirror.isPresent()
                            ? presence(device, mirror.get(), e.getValue(), done, powerLost)
                            : absence(e.getValue(), done);
            if (wrong.isPresent()) {
                return wrong.map(w -> "mirror " + e.getKey() + " after " + done + ": " + w);
            }
        }
        return (salt & 3) == 0 ? goesOn(device, left, salt) : Optional.empty();
    }

    static Surroundings surroundings(String bootId, long salt) {
        java.util.Random random = new java.util.Random(salt);
        return new Surroundings(bootId, random::nextLong);
    }

    private static Optional<String> absence(MirrorHistory history, int done) {
        return history.mayBeAbsent(done) ? Optional.empty() : Optional.of("is gone");
    }

    private Optional<String> presence(
            BenchDevice device,
            StoredMirror mirror,
            MirrorHistory history,
            int done,
            boolean powerLost) {
        int number = (int) mirror.label().extent().value() - 100;
        if (!history.mayBePresent(number, done)) {
            return Optional.of("incarnation " + number + " is there");
        }
        MirrorHistory.Incarnation incarnation = history.incarnation(number);
        if (!incarnation.allowsAccepted(mirror.standing().accepted(), done)) {
            return Optional.of("accepted epoch is " + mirror.standing().accepted());
        }
        boolean unclean = workload.mayBeClean.stream().noneMatch(w -> w[0] <= done && done <= w[1]);
        if (unclean && mirror.standing().suspect() != powerLost) {
            return Optional.of("suspect is " + mirror.standing().suspect());
        }
        String text = text(device, mirror);
        return incarnation.allows(text, done, powerLost)
                ? Optional.empty()
                : Optional.of(incarnation.describe(text, done, powerLost) + ": " + text);
    }

    private static String text(BenchDevice device, StoredMirror mirror) {
        TreeMap<Long, ModelMirror.Cell> cells = new TreeMap<>();
        long[] all = new long[4];
        Arrays.fill(all, -1L);
        for (int page = 0; page < 3; page++) {
            StoreAnswer answer = device.settle(mirror.id(), new StoreRequest.ReadImage(page, all));
            if (!(answer instanceof StoreAnswer.Image(PageImage image))) {
                return "unreadable: " + answer;
            }
            int data = 0;
            for (int i = 0; i < image.indexes().length; i++) {
                byte kind = image.kinds()[i];
                int checksum = kind == PageImage.DATA ? image.data().checksums()[data++] : 0;
                cells.put(image.block(i), new ModelMirror.Cell(kind, image.seqs()[i], checksum));
            }
        }
        return ModelMirror.text(mirror.last(), mirror.stale(), cells);
    }

    /** What is written and synced after the crash outlives the next one. */
    private static Optional<String> goesOn(BenchDevice device, ForgetfulDisk disk, long salt)
            throws IOException {
        for (StoredMirror mirror : device.recovered()) {
            StoreAnswer answer =
                    device.settle(
                            mirror.id(),
                            Samples.write(
                                    mirror.last().epoch() + 1,
                                    mirror.last().seq() + 1,
                                    7,
                                    Samples.payload(salt, 1)));
            if (!(answer instanceof StoreAnswer.Done)
                    || !(device.settle(mirror.id(), new StoreRequest.Sync())
                            instanceof StoreAnswer.Done)) {
                continue; // full
            }
            ForgetfulDisk.Cursor cursor = disk.new Cursor();
            while (cursor.advance()) {}
            BenchDevice again =
                    new BenchDevice(
                            cursor.crashed(ForgetfulDisk.NONE), surroundings("boot-3", salt + 1));
            StoredMirror later =
                    again.recovered().stream()
                            .filter(m -> m.id().equals(mirror.id()))
                            .findFirst()
                            .orElseThrow();
            if (later.last().seq() != mirror.last().seq() + 1) {
                return Optional.of("lost what was synced after a crash: " + later.last());
            }
        }
        return Optional.empty();
    }
}
