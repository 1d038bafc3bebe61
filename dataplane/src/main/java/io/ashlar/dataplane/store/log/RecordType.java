package io.ashlar.dataplane.store.log;

import java.util.Optional;

/** What a record of the log is. Numbers are stable and never reused. */
enum RecordType {
    /** A change with new content. Body: CRC32C of each block. */
    WRITE(1),
    /** A change to zeros; flag TRIM gives the space back. No body, no payload. */
    ZERO(2),
    /** Blocks of a page as another mirror holds them. Body: {@link BlockEntry} each. */
    COPY(3),
    /** A resync starts. Body: the stale blocks, see {@link StaleBody}. */
    RESYNC(4),
    /** A good copy of one block. Body: its CRC32C. */
    REPAIR(5),
    /** Blocks of a page moved by the cleaner. Body: {@link BlockEntry} each. */
    RELOCATE(6),
    /** A page of a mirror's map, for the checkpoint that is being made. Body: its CRC32C. */
    MAP_PAGE(7),
    /** A change above the floor moved by the cleaner. Body as WRITE; without payload if zeros. */
    TAIL(8);

    private static final RecordType[] BY_NUMBER = new RecordType[9];

    static {
        for (RecordType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;

    RecordType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<RecordType> ofNumber(int number) {
        return number >= 1 && number < BY_NUMBER.length
                ? Optional.of(BY_NUMBER[number])
                : Optional.empty();
    }
}
