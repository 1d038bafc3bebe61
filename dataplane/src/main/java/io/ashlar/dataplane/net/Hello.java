package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;

/**
 * What both sides say first (WIRE.md, "Hello").
 *
 * @param from who speaks
 * @param to whom it means to speak to
 * @param minVersion the lowest version of the format that it speaks
 * @param maxVersion the highest; in a {@code WELCOME} both are the version agreed on
 * @param role what the link is for
 * @param shard of the side that connected
 */
record Hello(Identity from, ServerId to, int minVersion, int maxVersion, int role, int shard) {

    /** The version of the hello frames themselves, for ever. */
    static final int FRAME_VERSION = 1;

    /** Longer bodies are refused before the hello is done. */
    static final int MAX_BYTES = 8192;

    /** A link between data-plane servers. */
    static final int ROLE_PEER = 1;

    private static final int MAX_NAME_BYTES = 255;

    /** Ours. */
    static Hello of(Identity self, ServerId to, int shard) {
        return new Hello(self, to, WireCodec.OLDEST_VERSION, WireCodec.VERSION, ROLE_PEER, shard);
    }

    /** The same with one version, the one agreed on. */
    Hello agreed(int version) {
        return new Hello(from, to, version, version, role, shard);
    }

    void encode(FrameType type, FrameWriter out) {
        out.begin(type, 0, 0, 0, 0);
        LabelCodec.putUuid(out, from.cluster().value());
        out.i64(from.nonce()).u8(minVersion).u8(maxVersion).u8(role).u8(0).u16(shard).zeros(2);
        out.text(from.server().name(), MAX_NAME_BYTES).text(to.name(), MAX_NAME_BYTES);
    }

    static Hello decode(FrameHeader header, BodyReader body) {
        ClusterId cluster = new ClusterId(LabelCodec.takeUuid(body));
        long nonce = body.i64();
        int min = body.u8();
        int max = body.u8();
        int role = body.u8();
        body.zeros(1);
        int shard = body.u16();
        body.zeros(2);
        ServerId server = new ServerId(body.text());
        ServerId to = new ServerId(body.text());
        return new Hello(new Identity(cluster, server, nonce), to, min, max, role, shard);
    }

    /**
     * The highest version that both sides speak, once everything else is as it must be.
     *
     * @param self who received this hello
     * @throws StorageException {@code WRONG_CLUSTER}, {@code NOT_FOUND} if it is meant for another
     *     server, {@code WRONG_VERSION} or {@code INVALID}; the message is for the other side
     */
    int agree(Identity self) {
        if (!from.cluster().equals(self.cluster())) {
            throw new StorageException(
                    ErrorCode.WRONG_CLUSTER,
                    self.server()
                            + " belongs to cluster "
                            + self.cluster()
                            + ", not to "
                            + from.cluster());
        }
        if (!to.equals(self.server())) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND, "this is server " + self.server() + ", not " + to);
        }
        if (role != ROLE_PEER) {
            throw new StorageException(ErrorCode.INVALID, "unknown role of a link: " + role);
        }
        int version = Math.min(maxVersion, WireCodec.VERSION);
        if (version < Math.max(minVersion, WireCodec.OLDEST_VERSION)) {
            throw new StorageException(
                    ErrorCode.WRONG_VERSION,
                    self.server()
                            + " speaks versions "
                            + WireCodec.OLDEST_VERSION
                            + " to "
                            + WireCodec.VERSION
                            + ", not "
                            + minVersion
                            + " to "
                            + maxVersion);
        }
        return version;
    }
}
