package io.ashlar.dataplane.nbd;

/**
 * What client and server agreed on before transmission.
 *
 * @param export the export's name as the client gave it
 * @param dialect the form of messages
 * @param blockStatus whether {@code base:allocation} was selected, as context {@link #ALLOCATION}
 * @param access what the client may do
 */
record Session(String export, Dialect dialect, boolean blockStatus, Access access) {

    /** The id of the one metadata context there is. */
    static final int ALLOCATION = 1;
}
