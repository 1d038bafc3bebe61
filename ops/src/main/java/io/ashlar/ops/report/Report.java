package io.ashlar.ops.report;

/** The result of a command: its components are the JSON form, {@link #text()} the other. */
public interface Report {

    /** For people: lines, the last without its newline. */
    String text();
}
