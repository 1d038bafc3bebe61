package io.ashlar.dataplane.simulation;

/** One try of a client's operation over one connection. */
final class Attempt {

    private final Client client;
    private final Op op;
    private final History.Entry entry;
    private long repliedAt;
    private boolean arrived;

    /**
     * A try.
     *
     * @param entry where the history keeps the operation; the same for every try of a change
     */
    Attempt(Client client, Op op, History.Entry entry) {
        this.client = client;
        this.op = op;
        this.entry = entry;
    }

    Client client() {
        return client;
    }

    Op op() {
        return op;
    }

    History.Entry entry() {
        return entry;
    }

    /** When the coordinator answered, as a tick of the history. */
    long repliedAt() {
        return repliedAt;
    }

    /** It has come to a process that will see to it. */
    void arrived() {
        arrived = true;
    }

    /** Whether it may yet be executed although the client has left the connection. */
    boolean mayBeUnderWay(Visit left) {
        return arrived && left.forwarded();
    }

    void replied(long at) {
        repliedAt = at;
    }

    @Override
    public String toString() {
        return client + " " + op + " asked@" + entry.askedAt() + " replied@" + repliedAt;
    }
}
