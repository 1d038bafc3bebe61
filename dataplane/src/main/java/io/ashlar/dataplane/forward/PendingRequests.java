package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's requests without an answer, in the order in which they came. On one loop. */
final class PendingRequests {

    /** How to ask for something. */
    interface Operation<T> {
        void ask(AttachedVolume to, Reply<T> reply);
    }

    /** Hears of answers, before the client does. */
    interface Listener {

        /**
         * A request is answered.
         *
         * @param leavesDebt it was a change, it is acknowledged, and not known to be durable
         */
        void answered(boolean leavesDebt);
    }

    private final Listener listener;
    private @Nullable Request<?> oldest;
    private @Nullable Request<?> newest;

    PendingRequests(Listener listener) {
        this.listener = listener;
    }

    /**
     * A request that is to be answered once.
     *
     * @param change whose success does not mean that it is durable
     */
    <T> Request<T> add(Operation<T> operation, Reply<T> client, boolean change) {
        Request<T> request = new Request<>(operation, client, change);
        append(request);
        return request;
    }

    boolean isEmpty() {
        return oldest == null;
    }

    /** The requests, the oldest first. */
    List<Request<?>> inOrder() {
        List<Request<?>> all = new ArrayList<>();
        for (Request<?> request = oldest; request != null; request = request.newer) {
            all.add(request);
        }
        return all;
    }

    /** Answers to what was asked before are discarded from now on. */
    void renew() {
        List<Request<?>> before = inOrder();
        oldest = null;
        newest = null;
        for (Request<?> request : before) {
            append(request.renewed());
        }
    }

    /** No request will be answered: whoever counts on an answer gets a failure. */
    void abandon() {
        for (Request<?> request : inOrder()) {
            request.abandon();
        }
        oldest = null;
        newest = null;
    }

    private void append(Request<?> request) {
        request.older = newest;
        if (newest == null) {
            oldest = request;
        } else {
            newest.newer = request;
        }
        newest = request;
    }

    private void remove(Request<?> request) {
        if (request.older == null) {
            oldest = request.newer;
        } else {
            request.older.newer = request.newer;
        }
        if (request.newer == null) {
            newest = request.older;
        } else {
            request.newer.older = request.older;
        }
    }

    /** One request, as asked on one way. */
    final class Request<T> implements Reply<T> {

        private final Operation<T> operation;
        private final Reply<T> client;
        private final boolean change;
        private @Nullable Request<?> older;
        private @Nullable Request<?> newer;
        private boolean over;

        private Request(Operation<T> operation, Reply<T> client, boolean change) {
            this.operation = operation;
            this.client = client;
            this.change = change;
        }

        void ask(AttachedVolume to) {
            operation.ask(to, this);
        }

        private void abandon() {
            over = true;
            client.failed(ErrorCode.UNAVAILABLE, "the attachment is over");
        }

        private Request<T> renewed() {
            over = true;
            return new Request<>(operation, client, change);
        }

        @Override
        public void done(T result) {
            if (!over) {
                over = true;
                remove(this);
                listener.answered(change);
                client.done(result);
            }
        }

        @Override
        public void failed(ErrorCode code, String message) {
            if (!over) {
                over = true;
                remove(this);
                listener.answered(false);
                client.failed(code, message);
            }
        }
    }
}
