package io.ashlar.dataplane.nbd;

import io.ashlar.dataplane.loop.Hangup;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.SocketChannelConfig;
import java.time.Duration;

/**
 * What this machine's kernel knows of a client's whereabouts. On the connection's loop.
 *
 * <p>A client that hears nothing gives up after a while, and sends its writes again to another
 * server. What it had sent here must not be executed after that (README.md, "Clients that went
 * elsewhere").
 */
final class Contact {

    /** Out of touch in so many looks on end: one may fall between a probe and its answer. */
    private static final int LOOKS = 2;

    /**
     * The kernel has asked so often without an answer. One of two questions half a second apart is
     * left without one by a well kernel, too, when its window is closed (tcp_invalid_ratelimit).
     */
    private static final int QUESTIONS = 2;

    private final Channel channel;
    private final long silenceMillis;
    private final EpollTcpInfo tcp = new EpollTcpInfo();
    private int silentLooks;

    /**
     * Of a connected channel.
     *
     * @param silence for which the client's machine may acknowledge nothing
     */
    Contact(Channel channel, Duration silence) {
        this.channel = channel;
        this.silenceMillis = silence.toMillis();
    }

    /** How often to look. */
    static Duration interval(Duration silence) {
        return silence.dividedBy(2L * (LOOKS + 1));
    }

    /** Whether the client has closed the connection, behind whatever it had sent before. */
    boolean closedByClient() {
        return Hangup.of(channel);
    }

    /** Whether nothing can be sent to the client any more. */
    boolean broken() {
        return Hangup.both(channel);
    }

    /**
     * Looks whether the client's machine has been asked, and has not answered for too long. A
     * client that is merely busy, or reads no replies, is not out of touch: its kernel answers.
     */
    boolean outOfTouch() {
        if (!(channel instanceof EpollSocketChannel socket) || !socket.isActive()) {
            return false;
        }
        socket.tcpInfo(tcp);
        boolean asked = Math.max(tcp.retransmits(), tcp.probes()) >= QUESTIONS;
        silentLooks = asked && tcp.lastAckRecv() > silenceMillis ? silentLooks + 1 : 0;
        return silentLooks >= LOOKS;
    }

    /** What it may still send over this connection is to be refused by the kernel. */
    void cut() {
        if (channel.config() instanceof SocketChannelConfig) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        var _ = channel.close();
    }
}
