package io.ashlar.dataplane.nbd;

/** The numbers that begin messages. */
final class Magic {

    /** ASCII NBDMAGIC: the first thing a server sends. */
    static final long GREETING = 0x4e42444d41474943L;

    /** ASCII IHAVEOPT: newstyle, and the start of every option. */
    static final long OPTION = 0x49484156454f5054L;

    /** The start of every reply to an option. */
    static final long OPTION_REPLY = 0x0003e889045565a9L;

    static final int REQUEST = 0x25609513;
    static final int EXTENDED_REQUEST = 0x21e41c71;
    static final int SIMPLE_REPLY = 0x67446698;
    static final int STRUCTURED_REPLY = 0x668e33ef;
    static final int EXTENDED_REPLY = 0x6e8a278c;

    private Magic() {}
}
