package io.ashlar.dataplane.simulation;

/** A promise was broken. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String check;

    /**
     * Says so.
     *
     * @param check name of the checker
     * @param what happened
     */
    Violation(String check, String what) {
        super(check + ": " + what);
        this.check = check;
    }

    String check() {
        return check;
    }
}
