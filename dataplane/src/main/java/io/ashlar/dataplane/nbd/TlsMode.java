package io.ashlar.dataplane.nbd;

/** How a listener treats TLS; the names in the document are in brackets. */
public enum TlsMode {
    /** Plain connections only (NOTLS). */
    OFF,
    /** The client chooses (SELECTIVETLS, no export insists). */
    OPTIONAL,
    /** No option but STARTTLS and ABORT is answered before TLS (FORCEDTLS). */
    REQUIRED
}
