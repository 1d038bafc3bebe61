package io.ashlar.dataplane.loop;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * The kinds of event loops. Linux' own is preferred: waking a loop of the JDK's selector from
 * another thread, which every disk operation does, takes six system calls more (README.md, "Event
 * loops").
 */
public enum Transport {
    EPOLL(
            EpollSocketChannel.class,
            EpollServerSocketChannel.class,
            EpollServerDomainSocketChannel.class),
    NIO(NioSocketChannel.class, NioServerSocketChannel.class, NioServerDomainSocketChannel.class);

    private final Class<? extends Channel> connecting;
    private final Class<? extends ServerChannel> listening;
    private final Class<? extends ServerChannel> listeningLocally;

    Transport(
            Class<? extends Channel> connecting,
            Class<? extends ServerChannel> listening,
            Class<? extends ServerChannel> listeningLocally) {
        this.connecting = connecting;
        this.listening = listening;
        this.listeningLocally = listeningLocally;
    }

    /** The better one of those that work on this machine. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** What these loops are. */
    public static Transport of(EventLoopGroup loops) {
        return loops instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class)
                ? EPOLL
                : NIO;
    }

    /** New loops, to be shut down by the caller. */
    public EventLoopGroup loops(int count) {
        IoHandlerFactory handlers =
                switch (this) {
                    case EPOLL -> EpollIoHandler.newFactory();
                    case NIO -> NioIoHandler.newFactory();
                };
        return new MultiThreadIoEventLoopGroup(count, handlers);
    }

    /** Channels that connect over TCP. */
    public Class<? extends Channel> connecting() {
        return connecting;
    }

    /** Channels that listen on such an address: TCP or a unix socket. */
    public Class<? extends ServerChannel> listening(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress ? listeningLocally : listening;
    }

    /** The address in the form that these channels take. */
    public SocketAddress address(SocketAddress address) {
        return this == EPOLL && address instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toFile())
                : address;
    }
}
