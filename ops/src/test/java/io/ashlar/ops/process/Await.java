package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what another process does. */
final class Await {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Await() {}

    /**
     * Looks until the condition holds, and returns what was seen then; fails the test with what was
     * seen last when the limit is over.
     */
    static <T> T until(String what, Duration limit, Supplier<T> look, Predicate<T> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            T seen = look.get();
            if (condition.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                return fail("not within " + limit.toSeconds() + " s: " + what + "; seen: " + seen);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
