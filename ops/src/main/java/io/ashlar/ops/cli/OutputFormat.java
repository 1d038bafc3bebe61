package io.ashlar.ops.cli;

/** How results are printed. */
enum OutputFormat {
    /** Tables for people. */
    TEXT,
    /** One JSON document. */
    JSON
}
