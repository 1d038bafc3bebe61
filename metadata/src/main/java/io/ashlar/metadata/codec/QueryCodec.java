package io.ashlar.metadata.codec;

import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.proto.Requests;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What clients ask. */
public final class QueryCodec {

    private QueryCodec() {}

    /** To bytes. */
    public static byte[] toBytes(Ask ask) {
        Requests.Query.Builder p = Requests.Query.newBuilder();
        switch (ask) {
            case Ask.Of(Query query) -> encode(query, p);
            case Ask.Decide d -> p.setDecide(CommandCodec.encode(d.command()));
            case Ask.Locate() -> p.getLocateBuilder();
        }
        return p.build().toByteArray();
    }

    /**
     * From bytes.
     *
     * @throws io.ashlar.common.error.StorageException {@code CORRUPT}, or {@code WRONG_VERSION} for
     *     a query of a later version
     */
    public static Ask fromBytes(ByteBuffer bytes) {
        return Parsing.parse("query", Requests.Query.parser(), bytes, QueryCodec::decode);
    }

    private static void encode(Query query, Requests.Query.Builder p) {
        switch (query) {
            case Query.ListVolumes() -> p.getListVolumesBuilder();
            case Query.ShowVolume q -> p.setShowVolume(q.name());
            case Query.ReadVolume q -> p.setReadVolume(q.volume().value());
            case Query.ListServers() -> p.getListServersBuilder();
            case Query.ListMirrors q -> p.setListMirrors(q.server().name());
            case Query.ListNeglected q -> p.setListNeglected(q.server().name());
            case Query.WantHandover q -> {
                p.getWantHandoverBuilder().setVolume(q.volume());
                q.to().ifPresent(to -> p.getWantHandoverBuilder().setTo(to.name()));
            }
            case Query.ListReplanned q -> p.setListReplanned(q.server().name());
            case Query.ShowStatus() -> p.getShowStatusBuilder();
            case Query.Heartbeat q ->
                    p.getHeartbeatBuilder().setServer(q.server().name()).setNonce(q.nonce());
        }
    }

    private static Ask decode(Requests.Query p) {
        return switch (p.getKindCase()) {
            case LIST_VOLUMES -> new Ask.Of(new Query.ListVolumes());
            case SHOW_VOLUME -> new Ask.Of(new Query.ShowVolume(p.getShowVolume()));
            case READ_VOLUME -> new Ask.Of(new Query.ReadVolume(new VolumeId(p.getReadVolume())));
            case LIST_SERVERS -> new Ask.Of(new Query.ListServers());
            case LIST_MIRRORS ->
                    new Ask.Of(new Query.ListMirrors(new ServerId(p.getListMirrors())));
            case LIST_NEGLECTED ->
                    new Ask.Of(new Query.ListNeglected(new ServerId(p.getListNeglected())));
            case LIST_REPLANNED ->
                    new Ask.Of(new Query.ListReplanned(new ServerId(p.getListReplanned())));
            case SHOW_STATUS -> new Ask.Of(new Query.ShowStatus());
            case HEARTBEAT ->
                    new Ask.Of(
                            new Query.Heartbeat(
                                    new ServerId(p.getHeartbeat().getServer()),
                                    p.getHeartbeat().getNonce()));
            case WANT_HANDOVER ->
                    new Ask.Of(
                            new Query.WantHandover(
                                    p.getWantHandover().getVolume(),
                                    p.getWantHandover().hasTo()
                                            ? Optional.of(new ServerId(p.getWantHandover().getTo()))
                                            : Optional.empty()));
            case DECIDE -> new Ask.Decide(CommandCodec.decode(p.getDecide()));
            case LOCATE -> new Ask.Locate();
            case KIND_NOT_SET -> throw Parsing.unknownKind("query");
        };
    }
}
