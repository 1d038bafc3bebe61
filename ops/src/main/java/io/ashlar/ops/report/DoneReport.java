package io.ashlar.ops.report;

/**
 * Something was done that leaves nothing to show.
 *
 * @param done what, for example {@code deleted}
 * @param name to what
 */
public record DoneReport(String done, String name) implements Report {

    @Override
    public String text() {
        return done + " " + name;
    }
}
