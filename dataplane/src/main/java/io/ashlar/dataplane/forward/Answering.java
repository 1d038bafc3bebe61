package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.List;

/** Turns the holder's reply to one request into the client's; false if it does not fit. */
@FunctionalInterface
interface Answering {

    boolean answer(ForwardReply reply);

    static Answering done(Reply<Done> to) {
        return reply ->
                switch (reply) {
                    case ForwardReply.Done _ -> {
                        to.done(Done.DONE);
                        yield true;
                    }
                    case ForwardReply.Failed(long _, ErrorCode code, String message) ->
                            failed(to, code, message);
                    default -> false; // of the many replies these two fit
                };
    }

    static Answering data(long offset, int length, Reply<RaggedBytes> to) {
        return reply ->
                switch (reply) {
                    case ForwardReply.Data(long _, RaggedBytes bytes)
                            when bytes.offset() == offset && bytes.length() == length -> {
                        to.done(bytes);
                        yield true;
                    }
                    case ForwardReply.Failed(long _, ErrorCode code, String message) ->
                            failed(to, code, message);
                    default -> false; // of the many replies these two fit
                };
    }

    static Answering allocations(Reply<List<Allocation>> to) {
        return reply ->
                switch (reply) {
                    case ForwardReply.Allocations(long _, List<Allocation> runs) -> {
                        to.done(runs);
                        yield true;
                    }
                    case ForwardReply.Failed(long _, ErrorCode code, String message) ->
                            failed(to, code, message);
                    default -> false; // of the many replies these two fit
                };
    }

    private static boolean failed(Reply<?> to, ErrorCode code, String message) {
        to.failed(code, message);
        return true;
    }
}
