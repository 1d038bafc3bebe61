package io.ashlar.dataplane.net;

/**
 * What happens on links, told on each link's event loop: once {@code up}, any number of {@code
 * received}, once {@code down}, never from within a call of the link's methods.
 *
 * @param <S> what this side sends
 * @param <R> what it receives
 */
public interface LinkHandler<S, R> {

    /** The peer has said hello: messages may flow. */
    void up(PeerLink<S> link);

    /** A message, in the order of sending. Its payloads have been verified. */
    void received(PeerLink<S> link, R message);

    /**
     * The link is no more. Messages under way in either direction may be lost.
     *
     * @param reason for people
     */
    void down(PeerLink<S> link, String reason);
}
