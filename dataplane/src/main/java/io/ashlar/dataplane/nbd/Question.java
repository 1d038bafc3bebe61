package io.ashlar.dataplane.nbd;

/** What a handshake has asked the directory, and for which option. */
sealed interface Question {

    /** Nothing. */
    record None() implements Question {}

    /** All exports, for LIST. */
    record Exports() implements Question {}

    /** An attachment, for EXPORT_NAME. */
    record ExportName(String name) implements Question {}

    /** One export, for INFO or GO. */
    record Export(int option, ExportRequest request) implements Question {}

    /** One export, for LIST_META_CONTEXT or SET_META_CONTEXT. */
    record Contexts(int option, ContextRequest request) implements Question {}
}
