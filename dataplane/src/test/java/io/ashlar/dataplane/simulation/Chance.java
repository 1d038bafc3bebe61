package io.ashlar.dataplane.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The one source of chance of a run. */
final class Chance {

    private final SplittableRandom random;

    Chance(long seed) {
        // Seeds are small neighbouring numbers: spread them first.
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** An independent source, so that one part's draws do not shift another's. */
    Chance split() {
        return new Chance(random.split());
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    boolean percent(int p) {
        return random.nextInt(100) < p;
    }

    /** From 0 to {@code n - 1}. */
    int below(int n) {
        return random.nextInt(n);
    }

    /** Both bounds may come. */
    long between(long low, long high) {
        return low + random.nextLong(high - low + 1);
    }

    /** Mostly near {@code low}, seldom near {@code high}. */
    long skewed(long low, long high) {
        double r = random.nextDouble();
        return low + (long) ((high - low) * r * r * r * r);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    long nextLong() {
        return random.nextLong();
    }
}
