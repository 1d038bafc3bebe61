package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows all states in which one unit can be. A state is the unit's stamp and which of the open
 * operations have had their effect. Reads take effect as early as they can; changes only when an
 * answer makes it necessary to know.
 */
final class UnitCheck {

    private record State(long stamp, long done) {}

    private record Event(long at, Optional<UnitOp> op, Optional<History.Cut> cut) {}

    private final int unit;
    private final List<UnitOp> ops;
    private final List<Event> events = new ArrayList<>();
    private final Map<UnitOp, Long> bits = new HashMap<>();
    private final Map<UnitOp, Long> openReads = new HashMap<>();
    private final Set<UnitOp> openChanges = new LinkedHashSet<>();
    private final Set<Long> everCut = new HashSet<>();
    private Set<State> states = new HashSet<>(Set.of(new State(Content.ZERO, 0)));
    private long freeBits = -1L;

    UnitCheck(int unit, List<UnitOp> ops, List<History.Cut> cuts) {
        this.unit = unit;
        this.ops = ops;
        for (UnitOp op : ops) {
            events.add(new Event(op.from(), Optional.of(op), Optional.empty()));
            if (op.to() != History.OPEN) {
                events.add(new Event(op.to(), Optional.of(op), Optional.empty()));
            }
        }
        for (History.Cut cut : cuts) {
            events.add(new Event(cut.at(), Optional.empty(), Optional.of(cut)));
        }
        events.sort(Comparator.comparingLong(Event::at));
    }

    void run() {
        for (Event event : events) {
            event.cut().ifPresent(this::cut);
            event.op()
                    .ifPresent(op -> {
                        if (event.at() == op.from()) {
                            begin(op);
                        } else {
                            end(op);
                        }
                    });
        }
    }

    private void begin(UnitOp op) {
        if (op.certain()) {
            long bit = Long.lowestOneBit(freeBits);
            freeBits &= ~bit;
            bits.put(op, bit);
        }
        if (op.change()) {
            openChanges.add(op);
        } else {
            long bit = bit(op);
            openReads.put(op, bit);
            Set<State> next = new HashSet<>();
            for (State state : states) {
                boolean seen = state.stamp == op.stamp();
                next.add(seen ? new State(state.stamp, state.done | bit) : state);
            }
            states = next;
        }
    }

    private long bit(UnitOp op) {
        return bits.getOrDefault(op, 0L);
    }

    private void end(UnitOp op) {
        explore();
        long bit = bit(op);
        Set<State> next = new HashSet<>();
        for (State state : states) {
            if ((state.done & bit) == bit) {
                next.add(new State(state.stamp, state.done & ~bit));
            }
        }
        if (next.isEmpty()) {
            fail(op);
        }
        states = next;
        openChanges.remove(op);
        openReads.remove(op);
        bits.remove(op);
        freeBits |= bit;
    }

    /** Adds every state that the open changes can bring about. */
    private void explore() {
        if (openChanges.isEmpty()) {
            return;
        }
        List<State> todo = new ArrayList<>(states);
        while (!todo.isEmpty()) {
            State state = todo.removeLast();
            for (UnitOp change : openChanges) {
                State next = new State(change.stamp(), seenBy(change, state.done | bit(change)));
                if (states.add(next)) {
                    todo.add(next);
                }
            }
        }
    }

    private long seenBy(UnitOp change, long done) {
        long all = done;
        for (Map.Entry<UnitOp, Long> read : openReads.entrySet()) {
            if (read.getKey().stamp() == change.stamp()) {
                all |= read.getValue();
            }
        }
        return all;
    }

    private void cut(History.Cut cut) {
        explore();
        Set<Long> candidates = everCut;
        states.forEach(state -> candidates.add(state.stamp));
        boolean covered = false;
        for (UnitOp op : ops) {
            if (op.change() && op.from() < cut.at()) {
                if (op.to() >= cut.flushedAt() || newestAt(op, cut.flushedAt())) {
                    candidates.add(op.stamp());
                }
                covered |= op.certain() && op.to() < cut.flushedAt();
            }
        }
        if (!covered) {
            candidates.add(Content.ZERO);
        }
        Set<State> next = new HashSet<>();
        for (State state : states) {
            for (long stamp : candidates) {
                long done = state.done;
                for (Map.Entry<UnitOp, Long> read : openReads.entrySet()) {
                    done |= read.getKey().stamp() == stamp ? read.getValue() : 0;
                }
                next.add(new State(stamp, done));
            }
        }
        states = next;
    }

    /** Whether a change that ended before {@code at} may be the last that had by then. */
    private boolean newestAt(UnitOp change, long at) {
        return ops.stream()
                .noneMatch(o -> o.change() && o.certain() && o.from() > change.to() && o.to() < at);
    }

    private void fail(UnitOp op) {
        StringBuilder recent = new StringBuilder();
        for (UnitOp other : ops) {
            if (other.from() < op.to() && other.to() > op.from() - 2000) {
                recent.append("\n    ").append(other);
            }
        }
        throw new Violation(
                "P3 linearizable", "unit " + unit + " cannot explain " + op + " among" + recent);
    }
}
