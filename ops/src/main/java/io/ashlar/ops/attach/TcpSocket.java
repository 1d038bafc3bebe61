package io.ashlar.ops.attach;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A TCP connection whose descriptor can be given away. It does not hold small packets back, and
 * tells by itself within ten seconds when the other machine is gone. Failures are {@code
 * UNAVAILABLE}. One thread.
 */
final class TcpSocket implements Wire, AutoCloseable {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;

    private static final int TIMEVAL_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private static final int EAGAIN = -11;
    private static final int EINPROGRESS = -115;

    private final int descriptor;
    private Duration patience = Duration.ZERO;

    private TcpSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Connects, or fails within the limit. */
    static TcpSocket connect(InetSocketAddress address, Duration limit) {
        if (address.isUnresolved()) {
            throw new StorageException(ErrorCode.UNAVAILABLE, "no address is known");
        }
        boolean four = address.getAddress() instanceof Inet4Address;
        int descriptor = Libc.socket(four ? AF_INET : AF_INET6, SOCK_STREAM_CLOEXEC, 0);
        TcpSocket socket = new TcpSocket(descriptor);
        try {
            socket.check(descriptor);
            socket.set(IPPROTO_TCP, TCP_NODELAY, 1);
            socket.set(SOL_SOCKET, SO_KEEPALIVE, 1);
            socket.set(IPPROTO_TCP, TCP_KEEPIDLE, 5);
            socket.set(IPPROTO_TCP, TCP_KEEPINTVL, 1);
            socket.set(IPPROTO_TCP, TCP_KEEPCNT, 5);
            socket.patience(limit);
            socket.check(Libc.connect(descriptor, encoded(address, four)));
            return socket;
        } catch (StorageException e) {
            socket.close();
            throw e;
        }
    }

    /** struct sockaddr_in or sockaddr_in6. */
    private static byte[] encoded(InetSocketAddress address, boolean four) {
        ByteBuffer out = ByteBuffer.allocate(four ? TIMEVAL_BYTES : SOCKADDR_IN6_BYTES);
        out.order(ByteOrder.nativeOrder()).putShort((short) (four ? AF_INET : AF_INET6));
        out.order(ByteOrder.BIG_ENDIAN).putShort((short) address.getPort());
        if (!four) {
            out.putInt(0); // flow
        }
        return out.put(address.getAddress().getAddress()).array();
    }

    /** How long each sending and receiving may take from now on; zero for ever. */
    void patience(Duration limit) {
        patience = limit;
        byte[] time =
                ByteBuffer.allocate(TIMEVAL_BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(limit.toSeconds())
                        .putLong(limit.toNanosPart() / 1000)
                        .array();
        check(Libc.setOption(descriptor, SOL_SOCKET, SO_SNDTIMEO, time));
        check(Libc.setOption(descriptor, SOL_SOCKET, SO_RCVTIMEO, time));
    }

    /**
     * Whether sending has a limit. The NBD driver sets its own on a socket that it takes, and says
     * in no other way whether it took it.
     */
    boolean hasLimit() {
        byte[] time = new byte[TIMEVAL_BYTES];
        check(Libc.option(descriptor, SOL_SOCKET, SO_SNDTIMEO, time));
        ByteBuffer read = ByteBuffer.wrap(time).order(ByteOrder.nativeOrder());
        return read.getLong(0) != 0 || read.getLong(8) != 0;
    }

    int descriptor() {
        return descriptor;
    }

    @Override
    public void send(byte[] bytes) {
        if (check(Libc.send(descriptor, bytes, MSG_NOSIGNAL)) < bytes.length) {
            throw new StorageException(ErrorCode.UNAVAILABLE, "it does not read");
        }
    }

    @Override
    public byte[] receive(int count) {
        ByteBuffer all = ByteBuffer.allocate(count);
        while (all.hasRemaining()) {
            if (check(Libc.receive(descriptor, all, 0)) == 0) {
                throw new StorageException(ErrorCode.UNAVAILABLE, "it closed the connection");
            }
        }
        return all.array();
    }

    private void set(int level, int name, int value) {
        byte[] number = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
        check(Libc.setOption(descriptor, level, name, number));
    }

    private int check(int result) {
        if (result == EAGAIN || result == EINPROGRESS) {
            throw new StorageException(
                    ErrorCode.UNAVAILABLE, "no answer within " + patience.toSeconds() + " s");
        }
        if (result < 0) {
            throw new StorageException(ErrorCode.UNAVAILABLE, Libc.error(result));
        }
        return result;
    }

    /** A connection that the driver has taken stays open. */
    @Override
    public void close() {
        if (descriptor >= 0) {
            Libc.close(descriptor);
        }
    }
}
