package io.ashlar.common.error;

/**
 * The reasons for which Ashlar refuses or fails, with numbers that are stable on the wire, in logs
 * and in JSON output. Numbers are never reused.
 */
public enum ErrorCode {
    /** The request itself is wrong: a bound, a name, a format. Sending it again will not help. */
    INVALID(1),
    /** No such volume, server, device or mirror. */
    NOT_FOUND(2),
    /** The name is taken. */
    ALREADY_EXISTS(3),
    /** A precondition (version, epoch) no longer holds; read again and decide again. */
    CONFLICT(4),
    /** The lease is held by a live coordinator. */
    HELD(5),
    /** An epoch lower than the highest accepted one. */
    FENCED(6),
    /** No space on a device or in the cluster. */
    NO_SPACE(7),
    /** Not enough servers or devices to place what was asked for. */
    UNPLACEABLE(8),
    /** The metadata group, a server or a mirror does not answer now. */
    UNAVAILABLE(9),
    /** A checksum does not match. */
    CORRUPT(10),
    /** The disk returned an error. */
    IO(11),
    /** The other side belongs to another cluster. */
    WRONG_CLUSTER(12),
    /** The other side speaks a version, or a file has a version, that this one does not. */
    WRONG_VERSION(13),
    /** The volume is attached and cannot be changed so. */
    IN_USE(14),
    /** Not allowed on a read-only export. */
    READ_ONLY(15),
    /** Unflushed writes were lost with the power of every in-sync mirror (P5). */
    LOST_UNFLUSHED(16);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** The stable number. */
    public int number() {
        return number;
    }

    /** The code with this number; {@link #INVALID} for a number from a later version. */
    public static ErrorCode ofNumber(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return INVALID;
    }
}
