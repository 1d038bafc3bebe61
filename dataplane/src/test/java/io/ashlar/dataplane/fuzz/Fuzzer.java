package io.ashlar.dataplane.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;

/**
 * Feeds a target with ever stranger inputs: one that led to somewhere new joins the corpus, of
 * which all others are made. The same seed and corpus give the same run. One thread.
 */
final class Fuzzer {

    private final FuzzTarget target;
    private final Random random;
    private final Mutator mutator;
    private final Coverage coverage = new Coverage();
    private final List<byte[]> corpus = new ArrayList<>();
    private final List<byte[]> found = new ArrayList<>();
    private long cases;

    /** Begins with the target's own seeds and what earlier runs found. */
    Fuzzer(FuzzTarget target, List<byte[]> known, long seed) {
        this.target = target;
        this.random = new Random(seed);
        this.mutator = new Mutator(random);
        for (byte[] input : target.seeds()) {
            corpus.add(input);
            feed(input);
        }
        for (byte[] input : known) {
            if (feed(input)) {
                corpus.add(input);
            }
        }
    }

    /** Goes on while {@code more} says so of the number of cases. */
    void run(LongPredicate more) {
        while (more.test(cases)) {
            // Half of them from what was found last: where it is new there is more that is new.
            int recent = random.nextBoolean() ? Math.max(0, corpus.size() - 16) : 0;
            byte[] parent = corpus.get(recent + random.nextInt(corpus.size() - recent));
            byte[] input = mutator.mutate(parent, corpus);
            if (feed(input)) {
                corpus.add(input);
                if (coverage.newPlace()) {
                    found.add(input);
                }
            }
        }
    }

    private boolean feed(byte[] input) {
        cases++;
        coverage.begin();
        try {
            target.run(input, coverage);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
        }
        return coverage.grown();
    }

    /** Inputs that led to new places, without those it began with. */
    List<byte[]> found() {
        return List.copyOf(found);
    }

    long cases() {
        return cases;
    }

    int places() {
        return coverage.places();
    }

    /** For the log. */
    @Override
    public String toString() {
        Runtime runtime = Runtime.getRuntime();
        return "%d cases, %d places, %d steps, %d inputs in the corpus (%d to keep), %d MiB of heap"
                .formatted(
                        cases,
                        coverage.places(),
                        coverage.steps(),
                        corpus.size(),
                        found.size(),
                        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
}
