package io.ashlar.dataplane.nbd;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that says exactly what a test wants it to say, right or wrong. */
final class RawClient implements AutoCloseable {

    /** A simple reply, or one chunk; simple replies have type -1 and the error as payload. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Chunk(int flags, int type, long cookie, byte[] payload) {

        boolean done() {
            return (flags & Replies.DONE) != 0;
        }

        /** The error; 0 if it is none. */
        int error() {
            return type == -1 || (type & 0x8000) != 0 ? ByteBuffer.wrap(payload).getInt() : 0;
        }
    }

    static final int SIMPLE = -1;

    final Socket socket = new Socket();
    final DataInputStream in;
    private final OutputStream out;
    private final Dialect dialect;

    private RawClient(InetSocketAddress address, Dialect dialect, int receiveBuffer)
            throws IOException {
        this.dialect = dialect;
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(address);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
    }

    /** Connects and reads the greeting. */
    static RawClient connect(InetSocketAddress address) throws IOException {
        RawClient client = new RawClient(address, Dialect.SIMPLE, 0);
        client.in.readNBytes(18);
        return client;
    }

    /** Connects, and has room for a few answers only. */
    static RawClient deaf(InetSocketAddress address, int receiveBuffer) throws IOException {
        return new RawClient(address, Dialect.SIMPLE, receiveBuffer);
    }

    /** Whether the server still takes what is sent. */
    boolean takes(byte[] bytes) {
        try {
            out.write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Attaches a volume. */
    static RawClient attach(InetSocketAddress address, String volume, Dialect dialect)
            throws IOException {
        return attach(address, volume, dialect, 0);
    }

    static RawClient attach(
            InetSocketAddress address, String volume, Dialect dialect, int receiveBuffer)
            throws IOException {
        RawClient client = new RawClient(address, dialect, receiveBuffer);
        client.in.readNBytes(18);
        client.send(ByteBuffer.allocate(4).putInt(3).array());
        if (dialect != Dialect.SIMPLE) {
            client.option(
                    dialect == Dialect.EXTENDED
                            ? OptionCode.EXTENDED_HEADERS
                            : OptionCode.STRUCTURED_REPLY);
            client.option(
                    OptionCode.SET_META_CONTEXT, Dialogue.contexts(volume, "base:allocation"));
        }
        if (client.option(OptionCode.GO, Dialogue.export(volume)) != OptionReply.ACK) {
            throw new IOException("GO was refused");
        }
        return client;
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    int option(int code) throws IOException {
        return option(code, new byte[0]);
    }

    /** Sends an option and reads replies to the last; returns its kind. */
    int option(int code, byte[] data) throws IOException {
        send(Dialogue.optionBytes(code, data));
        while (true) {
            in.readNBytes(12);
            int kind = in.readInt();
            in.readNBytes(in.readInt());
            if (kind == OptionReply.ACK || kind < 0) {
                return kind;
            }
        }
    }

    static byte[] header(
            Dialect dialect, int flags, int type, long cookie, long offset, long length) {
        ByteBuffer header = ByteBuffer.allocate(dialect.requestBytes());
        header.putInt(dialect == Dialect.EXTENDED ? Magic.EXTENDED_REQUEST : Magic.REQUEST);
        header.putShort((short) flags).putShort((short) type).putLong(cookie).putLong(offset);
        if (dialect == Dialect.EXTENDED) {
            header.putLong(length);
        } else {
            header.putInt((int) length);
        }
        return header.array();
    }

    void request(int flags, Command command, long cookie, long offset, long length)
            throws IOException {
        send(header(dialect, flags, command.number(), cookie, offset, length));
    }

    void write(int flags, long cookie, long offset, byte[] data) throws IOException {
        int all = dialect == Dialect.EXTENDED ? flags | Command.PAYLOAD_LEN : flags;
        send(
                HandshakeTest.concat(
                        header(dialect, all, Command.WRITE.number(), cookie, offset, data.length),
                        data));
    }

    /** Reads one reply message; {@code data} bytes follow a simple reply without error. */
    Chunk chunk(int data) throws IOException {
        int magic = in.readInt();
        if (magic == Magic.SIMPLE_REPLY && dialect != Dialect.EXTENDED) {
            byte[] error = in.readNBytes(4);
            long cookie = in.readLong();
            boolean fine = ByteBuffer.wrap(error).getInt() == 0;
            byte[] payload = fine ? in.readNBytes(data) : new byte[0];
            return new Chunk(Replies.DONE, SIMPLE, cookie, HandshakeTest.concat(error, payload));
        }
        int expected = dialect == Dialect.EXTENDED ? Magic.EXTENDED_REPLY : Magic.STRUCTURED_REPLY;
        if (magic != expected) {
            throw new IOException("a reply begins with " + Integer.toHexString(magic));
        }
        int flags = in.readUnsignedShort();
        int type = in.readUnsignedShort();
        long cookie = in.readLong();
        if (dialect == Dialect.EXTENDED) {
            in.readLong();
        }
        long length = dialect == Dialect.EXTENDED ? in.readLong() : in.readInt();
        return new Chunk(flags, type, cookie, in.readNBytes((int) length));
    }

    /** Reads a whole reply. */
    List<Chunk> reply(int data) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        do {
            chunks.add(chunk(data));
        } while (!chunks.getLast().done());
        return chunks;
    }

    /** Sends a request without payload; returns the error of its reply. */
    int ask(int flags, Command command, long offset, long length) throws IOException {
        request(flags, command, 42, offset, length);
        int data = command == Command.READ ? (int) length : 0;
        return reply(data).getLast().error();
    }

    /** Writes; returns the error of the reply. */
    int put(int flags, long offset, byte[] data) throws IOException {
        write(flags, 43, offset, data);
        return reply(0).getLast().error();
    }

    /** Reads; the reply must succeed. */
    byte[] get(long offset, int length) throws IOException {
        request(0, Command.READ, 44, offset, length);
        byte[] result = new byte[length];
        for (Chunk chunk : reply(length)) {
            ByteBuffer payload = ByteBuffer.wrap(chunk.payload());
            if (chunk.error() != 0) {
                throw new IOException("error " + chunk.error());
            } else if (chunk.type() == SIMPLE) {
                payload.get(4, result);
            } else if (chunk.type() == Replies.OFFSET_DATA) {
                int at = (int) (payload.getLong() - offset);
                payload.get(result, at, payload.remaining());
            }
        }
        return result;
    }

    /** Whether the server has closed the connection, with nothing before it. */
    boolean closed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
