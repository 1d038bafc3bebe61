package io.ashlar.ops.report;

/**
 * A volume that was handed over.
 *
 * @param volume its name
 * @param from which server
 * @param to which server
 * @param epoch under which it is served now
 * @param seconds from the command to the new lease; its clients waited for less
 */
public record HandoverReport(String volume, String from, String to, long epoch, double seconds)
        implements Report {

    @Override
    public String text() {
        if (from.equals(to)) {
            return "%s is at %s already, in epoch %d".formatted(volume, to, epoch);
        }
        return "%s handed over from %s to %s in epoch %d after %.2f s"
                .formatted(volume, from, to, epoch, seconds);
    }
}
