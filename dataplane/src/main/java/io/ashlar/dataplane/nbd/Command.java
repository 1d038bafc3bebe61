package io.ashlar.dataplane.nbd;

import java.util.Locale;

/** The requests of the transmission phase (NBD_CMD_*), in the order of their numbers. */
enum Command {
    READ(0, Command.DF),
    WRITE(1, 0),
    DISC(2, 0),
    FLUSH(3, 0),
    TRIM(4, 0),
    CACHE(5, 0),
    WRITE_ZEROES(6, Command.NO_HOLE | Command.FAST_ZERO),
    BLOCK_STATUS(7, Command.REQ_ONE);

    /** NBD_CMD_FLAG_*. */
    static final int FUA = 1;

    static final int NO_HOLE = 1 << 1;
    static final int DF = 1 << 2;
    static final int REQ_ONE = 1 << 3;
    static final int FAST_ZERO = 1 << 4;
    static final int PAYLOAD_LEN = 1 << 5;

    private static final Command[] BY_NUMBER = values();

    private final int number;
    private final int ownFlags;

    Command(int number, int ownFlags) {
        this.number = number;
        this.ownFlags = ownFlags;
    }

    /** Whether a number is a command's. */
    static boolean known(int number) {
        return number < BY_NUMBER.length;
    }

    /** The command with a {@link #known} number. */
    static Command of(int number) {
        return BY_NUMBER[number];
    }

    int number() {
        return number;
    }

    /** Whether all these flags mean something here; FUA is valid for every command. */
    boolean accepts(int flags, Dialect dialect) {
        int valid = ownFlags | FUA;
        if (dialect == Dialect.SIMPLE) {
            valid &= ~DF;
        }
        if (dialect == Dialect.EXTENDED && (this == WRITE || this == BLOCK_STATUS)) {
            valid |= PAYLOAD_LEN;
        }
        return (flags & ~valid) == 0;
    }

    /** Whether it changes the volume. */
    boolean changes() {
        return this == WRITE || this == TRIM || this == WRITE_ZEROES;
    }

    /** As metrics call it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
