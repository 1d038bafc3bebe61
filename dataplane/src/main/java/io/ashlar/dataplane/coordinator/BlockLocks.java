package io.ashlar.dataplane.coordinator;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps changes apart from a read-modify-write: between its read and the moment its write has a
 * place in the order, no other change of any of its blocks gets one. Changes that must wait go on
 * in the order in which they came.
 */
final class BlockLocks {

    /** Blocks that a read-modify-write has to itself. */
    record Held(long first, long end) {}

    private record Waiting(long first, long end, Runnable action) {}

    private final List<Held> held = new ArrayList<>();
    private List<Waiting> waiting = new ArrayList<>();

    /**
     * Runs {@code action} as soon as no held block, and no earlier waiting change, is in the way.
     */
    void pass(long first, long end, Runnable action) {
        if (mustWait(first, end)) {
            waiting.add(new Waiting(first, end, action));
        } else {
            action.run();
        }
    }

    private boolean mustWait(long first, long end) {
        if (held.isEmpty() && waiting.isEmpty()) {
            return false;
        }
        return held.stream().anyMatch(h -> h.first() < end && first < h.end())
                || waiting.stream().anyMatch(w -> w.first() < end && first < w.end());
    }

    /** Holds the blocks of a change that has passed. */
    Held hold(long first, long end) {
        Held blocks = new Held(first, end);
        held.add(blocks);
        return blocks;
    }

    /** Lets blocks go and runs what waited for them. */
    void release(Held blocks) {
        held.remove(blocks); // no two that are held overlap, so no two are equal
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> again = waiting;
        waiting = new ArrayList<>();
        again.forEach(w -> pass(w.first(), w.end(), w.action()));
    }
}
