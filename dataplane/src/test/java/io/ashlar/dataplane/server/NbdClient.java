package io.ashlar.dataplane.server;

import io.ashlar.common.config.HostPort;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client at depth one, as small as the protocol allows: simple replies, no negotiation. */
final class NbdClient implements AutoCloseable {

    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;

    /** The server answered with an error, and the connection goes on. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1;
        private final int error;

        Refused(int error) {
            super("error " + error);
            this.error = error;
        }

        /** As the protocol numbers it. */
        int error() {
            return error;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final long size;
    private long cookie;

    NbdClient(HostPort server, String volume) throws IOException {
        socket = new Socket(server.host(), server.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(15_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        in.skipNBytes(18); // two magics and flags
        out.writeInt(3); // fixed newstyle, no zeroes
        byte[] name = volume.getBytes(StandardCharsets.UTF_8);
        out.writeLong(OPTION_MAGIC);
        out.writeInt(1); // EXPORT_NAME
        out.writeInt(name.length);
        out.write(name);
        size = in.readLong();
        in.readUnsignedShort();
    }

    long size() {
        return size;
    }

    byte[] read(long offset, int length) throws IOException {
        request(0, 0, offset, length, new byte[0]);
        byte[] got = new byte[length];
        in.readFully(got);
        return got;
    }

    void write(long offset, byte[] data) throws IOException {
        request(0, 1, offset, data.length, data);
    }

    void writeThrough(long offset, byte[] data) throws IOException {
        request(1, 1, offset, data.length, data);
    }

    void flush() throws IOException {
        request(0, 3, 0, 0, new byte[0]);
    }

    void trim(long offset, int length) throws IOException {
        request(0, 4, offset, length, new byte[0]);
    }

    private void request(int flags, int command, long offset, int length, byte[] data)
            throws IOException {
        ByteBuffer head =
                ByteBuffer.allocate(28 + data.length)
                        .putInt(REQUEST_MAGIC)
                        .putShort((short) flags)
                        .putShort((short) command)
                        .putLong(++cookie)
                        .putLong(offset)
                        .putInt(length)
                        .put(data);
        out.write(head.array());
        if (in.readInt() != REPLY_MAGIC) {
            throw new IOException("not a reply");
        }
        int error = in.readInt();
        if (in.readLong() != cookie) {
            throw new IOException("another request's reply");
        }
        if (error != 0) {
            throw new Refused(error);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
