package io.ashlar.dataplane.volume;

/** The result of an operation that has none but its success. */
public enum Done {
    /** Done. */
    DONE
}
