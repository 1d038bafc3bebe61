package io.ashlar.metadata.codec;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.proto.Requests;
import java.nio.ByteBuffer;

/** What a peer sends back. */
public final class ReplyCodec {

    private ReplyCodec() {}

    /** To bytes. */
    public static byte[] toBytes(Reply reply) {
        Requests.Reply.Builder p = Requests.Reply.newBuilder();
        switch (reply) {
            case Reply.Answered(Answer answer) -> p.setAnswer(AnswerCodec.encode(answer));
            case Reply.Stale() -> p.getStaleBuilder();
            case Reply.Elsewhere() -> p.getElsewhereBuilder();
            case Reply.Unchanged() -> p.getUnchangedBuilder();
        }
        return p.build().toByteArray();
    }

    /**
     * From bytes.
     *
     * @throws io.ashlar.common.error.StorageException {@code CORRUPT}, or {@code WRONG_VERSION} for
     *     a reply of a later version
     */
    public static Reply fromBytes(ByteBuffer bytes) {
        return Parsing.parse("reply", Requests.Reply.parser(), bytes, ReplyCodec::decode);
    }

    private static Reply decode(Requests.Reply p) {
        return switch (p.getKindCase()) {
            case ANSWER -> new Reply.Answered(AnswerCodec.decode(p.getAnswer()));
            case STALE -> new Reply.Stale();
            case ELSEWHERE -> new Reply.Elsewhere();
            case UNCHANGED -> new Reply.Unchanged();
            case KIND_NOT_SET -> throw Parsing.unknownKind("reply");
        };
    }
}
