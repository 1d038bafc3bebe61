package io.ashlar.ops.attach;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A socket of generic netlink. One thread. */
final class Netlink implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_GENERIC = 16;
    private static final int SOL_NETLINK = 270;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int ADDRESS_BYTES = 12;

    /** More came than the socket holds. */
    private static final int ENOBUFS = -105;

    private static final int MESSAGE_BYTES = 64 << 10;

    private final int socket;
    private int sequence;

    private Netlink(int socket) {
        this.socket = socket;
    }

    /**
     * What a request came to.
     *
     * @param error 0, or a negative error number
     * @param answers without their end
     */
    record Outcome(int error, List<NetlinkMessage.Generic> answers) {}

    static Netlink open() {
        int socket = Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_GENERIC);
        byte[] anyPort =
                ByteBuffer.allocate(ADDRESS_BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) AF_NETLINK)
                        .array();
        int bound = socket < 0 ? socket : Libc.bind(socket, anyPort);
        if (bound < 0) {
            throw failed("cannot open a netlink socket", bound);
        }
        return new Netlink(socket);
    }

    /** Hears from now on what the kernel tells the members of a group. */
    void join(int group) {
        byte[] value = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(group).array();
        int joined = Libc.setOption(socket, SOL_NETLINK, ADD_MEMBERSHIP, value);
        if (joined < 0) {
            throw failed("cannot join a netlink group", joined);
        }
    }

    /** Makes a request and waits for its end; the kernel always answers. */
    Outcome ask(int family, int command, Attributes attributes) {
        int asked = ++sequence;
        byte[] request = new NetlinkMessage.Generic(asked, family, command, attributes).request();
        int sent = Libc.send(socket, request, 0);
        if (sent < 0) {
            throw failed("cannot send to the kernel", sent);
        }
        List<NetlinkMessage.Generic> answers = new ArrayList<>();
        while (true) {
            for (NetlinkMessage message : receive()) {
                switch (message) {
                    case NetlinkMessage.Generic generic when generic.sequence() == asked ->
                            answers.add(generic);
                    case NetlinkMessage.Generic _, NetlinkMessage.Lost _ -> {}
                    case NetlinkMessage.Ended(int ended, int error) -> {
                        if (ended == asked) {
                            return new Outcome(error, answers);
                        }
                    }
                }
            }
        }
    }

    /** Waits for news; empty if none came within the limit. */
    List<NetlinkMessage> await(Duration limit) {
        int ready = Libc.pollReadable(socket, (int) limit.toMillis());
        if (ready < 0) {
            throw failed("cannot wait for the kernel", ready);
        }
        return ready == 0 ? List.of() : receive();
    }

    private List<NetlinkMessage> receive() {
        ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        int received = Libc.receive(socket, message, 0);
        if (received == ENOBUFS) {
            return List.of(new NetlinkMessage.Lost());
        }
        if (received < 0) {
            throw failed("cannot hear the kernel", received);
        }
        return NetlinkMessage.parse(message.flip());
    }

    private static StorageException failed(String what, int error) {
        return new StorageException(ErrorCode.IO, what + ": " + Libc.error(error));
    }

    @Override
    public void close() {
        Libc.close(socket);
    }
}
