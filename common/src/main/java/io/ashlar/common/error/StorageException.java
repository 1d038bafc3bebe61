package io.ashlar.common.error;

/**
 * An operating failure with a code and a message that names the thing and the remedy. Caught only
 * at a loop or handler boundary, where it becomes an outcome or marks a mirror or device failed.
 */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** A failure that Ashlar found itself. */
    public StorageException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** A failure of something below: a disk, a connection, a library. */
    public StorageException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Why. */
    public ErrorCode code() {
        return code;
    }
}
