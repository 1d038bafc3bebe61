package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;

/** The error values that the document allows in a reply. */
enum NbdError {
    EPERM(1),
    EIO(5),
    EINVAL(22),
    ENOSPC(28),
    EOVERFLOW(75),
    ENOTSUP(95);

    private final int number;

    NbdError(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** How a volume's failure reads to a client. */
    static NbdError of(ErrorCode code) {
        return switch (code) {
            case NO_SPACE -> ENOSPC;
            case READ_ONLY -> EPERM;
            case INVALID -> EINVAL;
            case NOT_FOUND,
                    ALREADY_EXISTS,
                    CONFLICT,
                    HELD,
                    FENCED,
                    UNPLACEABLE,
                    UNAVAILABLE,
                    CORRUPT,
                    IO,
                    WRONG_CLUSTER,
                    WRONG_VERSION,
                    IN_USE,
                    LOST_UNFLUSHED ->
                    EIO;
        };
    }
}
