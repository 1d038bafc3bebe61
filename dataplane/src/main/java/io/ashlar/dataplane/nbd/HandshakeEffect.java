package io.ashlar.dataplane.nbd;

/** What a handshake asks of the connection around it, in order. */
sealed interface HandshakeEffect {

    /** Send these bytes. */
    @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
    record Send(byte[] bytes) implements HandshakeEffect {}

    /** Ask the directory for all volumes; no further option is read before the answer. */
    record ListExports() implements HandshakeEffect {}

    /** Ask the directory for one volume; no further option is read before the answer. */
    record FindExport(String name) implements HandshakeEffect {}

    /** Open a volume, which may take a takeover; no further option is read before the answer. */
    record AttachExport(String name) implements HandshakeEffect {}

    /** Speak TLS from here on; the handshake goes on in a new one that knows the client. */
    record StartTls() implements HandshakeEffect {}

    /** The handshake is over; the attached volume is served as agreed. */
    record BeginTransmission(Session session) implements HandshakeEffect {}

    /** Close the connection once all is sent. */
    record Close(String reason) implements HandshakeEffect {}
}
