package io.ashlar.dataplane.fuzz;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The places that a state machine was seen at, tuples of state, kind of input and kind of effect,
 * and the steps from one to another. Stands in for branch coverage, needs no agent, and is the same
 * for the same inputs.
 */
public final class Coverage {

    private final Set<Long> places = new HashSet<>();
    private final Set<Long> steps = new HashSet<>();
    private long last;
    private boolean newPlace;
    private boolean newStep;

    /** A new input begins. */
    void begin() {
        last = 0;
        newPlace = false;
        newStep = false;
    }

    /** Seen at a place, named by strings, numbers and booleans only. */
    public void at(Object... place) {
        long here = Arrays.hashCode(place) * 0x9E3779B97F4A7C15L;
        newPlace |= places.add(here);
        newStep |= steps.add(here ^ Long.rotateLeft(last, 17));
        last = here;
    }

    /** Whether the input led to a new place. */
    boolean newPlace() {
        return newPlace;
    }

    /** Whether it led to a new place, or to a known one from another one. */
    boolean grown() {
        return newPlace || newStep;
    }

    int places() {
        return places.size();
    }

    int steps() {
        return steps.size();
    }

    /** A message without what varies in it: what it says of the branch that made it. */
    public static String template(String message) {
        return message.replaceAll("'[^']*'|0x\\p{XDigit}+|-?\\d+", "#");
    }
}
