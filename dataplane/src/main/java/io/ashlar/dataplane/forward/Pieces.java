package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * A read or write that is longer than a frame, in pieces that do not share a block. The answer
 * comes when every piece is answered: after a failure nothing of the request is still under way
 * that could land on what the client does next.
 */
final class Pieces<T> {

    /** A part of the request, {@code at} bytes from its start. */
    record Piece(int at, int length) {}

    private final Reply<T> reply;
    private final T result;
    private int open;
    private boolean failed;
    private ErrorCode code = ErrorCode.IO;
    private String message = "";

    Pieces(int count, T result, Reply<T> reply) {
        this.open = count;
        this.result = result;
        this.reply = reply;
    }

    /** Where to cut. */
    static List<Piece> of(long offset, int length) {
        List<Piece> pieces = new ArrayList<>(1 + length / Limits.PIECE_BYTES + 1);
        int at = 0;
        while (at < length) {
            int toBoundary = Limits.PIECE_BYTES - (int) ((offset + at) & (Limits.PIECE_BYTES - 1));
            int piece = Math.min(toBoundary, length - at);
            pieces.add(new Piece(at, piece));
            at += piece;
        }
        return pieces;
    }

    /** The answer to one piece of a write. */
    Reply<Done> written() {
        return new Reply<>() {
            @Override
            public void done(Done done) {
                answered();
            }

            @Override
            public void failed(ErrorCode why, String text) {
                Pieces.this.failed(why, text);
            }
        };
    }

    void failed(ErrorCode why, String text) {
        failed = true;
        code = why;
        message = text;
        answered();
    }

    void answered() {
        open--;
        if (open > 0) {
            return;
        }
        if (failed) {
            reply.failed(code, message);
        } else {
            reply.done(result);
        }
    }
}
