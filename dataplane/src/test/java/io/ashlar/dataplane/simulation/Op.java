package io.ashlar.dataplane.simulation;

/** What a client can ask. Places and lengths in units of {@link Content#UNIT} bytes. */
sealed interface Op {

    /** An operation on a range of the volume. */
    sealed interface Ranged extends Op {
        int first();

        int units();
    }

    /** Changes what is there. */
    sealed interface Change extends Ranged {
        /** What every unit of the range then holds. */
        long stamp();

        boolean fua();
    }

    record Read(int first, int units) implements Ranged {}

    /** Block status. */
    record Survey(int first, int units) implements Ranged {}

    record Write(int first, int units, long stamp, boolean fua) implements Change {}

    record Zero(int first, int units, boolean trim, boolean fua) implements Change {
        @Override
        public long stamp() {
            return Content.ZERO;
        }
    }

    record Flush() implements Op {}
}
