package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.journal.JournalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** What was asked for one mirror's id, and what was promised about it after which operation. */
final class MirrorHistory {

    /** A promise: from operation {@code since} on at least {@code level} holds. */
    private record Promise(int since, long level) {}

    private static long promised(List<Promise> promises, int done) {
        return promises.stream()
                .filter(p -> p.since <= done)
                .mapToLong(Promise::level)
                .max()
                .orElse(0);
    }

    /** The time between one creation and the drop after it. */
    static final class Incarnation {

        private final ModelMirror model = new ModelMirror();
        private final List<String> texts = new ArrayList<>(List.of(new ModelMirror().text()));
        private final List<Promise> written = new ArrayList<>();
        private final List<Promise> durable = new ArrayList<>();
        private final List<Promise> accepted = new ArrayList<>();
        private long accepting;

        int submitted() {
            return texts.size() - 1;
        }

        void submit(JournalRecord record) {
            model.apply(record);
            texts.add(model.text());
        }

        void written(int now, int index) {
            written.add(new Promise(now, index));
        }

        void durable(int now, int index) {
            durable.add(new Promise(now, index));
        }

        long accept() {
            return ++accepting;
        }

        void accepted(int now, long epoch) {
            accepted.add(new Promise(now, epoch));
        }

        /** Whether a recovered content is one that a crash after {@code done} may leave. */
        boolean allows(String text, int done, boolean powerLost) {
            long least = promised(powerLost ? durable : written, done);
            return texts.lastIndexOf(text) >= least;
        }

        /** For a message: which prefix the content is, and which it may be. */
        String describe(String text, int done, boolean powerLost) {
            return "prefix "
                    + texts.lastIndexOf(text)
                    + " of "
                    + submitted()
                    + ", written "
                    + promised(written, done)
                    + ", durable "
                    + promised(durable, done)
                    + (powerLost ? ", power lost" : ", process died");
        }

        boolean allowsAccepted(long epoch, int done) {
            return epoch >= promised(accepted, done) && epoch <= accepting;
        }
    }

    private final List<Incarnation> incarnations = new ArrayList<>();
    private final List<Integer> submitted = new ArrayList<>();
    private final List<Promise> acknowledged = new ArrayList<>();

    Incarnation incarnation() {
        return incarnations.getLast();
    }

    Incarnation incarnation(int number) {
        return incarnations.get(number - 1);
    }

    ModelMirror current() {
        return incarnation().model;
    }

    /** The number of the incarnation, from 1. Events alternate: 1 create, 2 drop, 3 create. */
    int create(int now) {
        incarnations.add(new Incarnation());
        submitted.add(now);
        return incarnations.size();
    }

    void drop(int now) {
        submitted.add(now);
    }

    Runnable acknowledge(IntSupplier now) {
        int event = submitted.size();
        return () -> acknowledged.add(new Promise(now.getAsInt(), event));
    }

    boolean mayBePresent(int incarnation, int done) {
        int event = 2 * incarnation - 1;
        return event >= promised(acknowledged, done) && submitted.get(event - 1) <= done;
    }

    boolean mayBeAbsent(int done) {
        long least = promised(acknowledged, done);
        for (int event = 0; event <= submitted.size(); event += 2) {
            if (event >= least && (event == 0 || submitted.get(event - 1) <= done)) {
                return true;
            }
        }
        return false;
    }
}
