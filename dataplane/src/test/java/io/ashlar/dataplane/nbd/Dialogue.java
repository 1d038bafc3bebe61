package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.ExportInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A handshake without a network: the client's bytes go in, the directory (volumes {@code vol} and
 * {@code ro}, and {@code secret}, which is not allowed) answers at once.
 */
final class Dialogue {

    static final long SIZE = 1L << 30;
    static final int FIXED = 1;
    static final int NO_ZEROES = 2;

    /** One reply to an option. */
    record Answer(int option, int kind, String hex) {}

    private static final int MAX_OPTIONS = 16;
    private static final int MAX_OPTION_BYTES = 8192;

    private HandshakeReader reader = HandshakeReader.fromStart(MAX_OPTION_BYTES);
    private Handshake handshake;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Optional<Session> session = Optional.empty();
    Optional<String> closed = Optional.empty();
    boolean encrypted;
    boolean unavailable;

    Dialogue(TlsMode tls) {
        handshake = Handshake.plain(tls, Dialogue::access, MAX_OPTIONS);
    }

    static Dialogue plain() {
        return new Dialogue(TlsMode.OFF).flags(FIXED | NO_ZEROES);
    }

    private static Access access(String name) {
        return switch (name) {
            case "secret" -> Access.NONE;
            case "ro" -> Access.READ_ONLY;
            default -> Access.READ_WRITE;
        };
    }

    Dialogue flags(int flags) {
        return feed(ByteBuffer.allocate(4).putInt(flags).array());
    }

    Dialogue option(int code, byte[] data) {
        return feed(optionBytes(code, data));
    }

    Dialogue option(int code) {
        return option(code, new byte[0]);
    }

    static byte[] optionBytes(int code, byte[] data) {
        return ByteBuffer.allocate(16 + data.length)
                .putLong(Magic.OPTION)
                .putInt(code)
                .putInt(data.length)
                .put(data)
                .array();
    }

    static byte[] export(String name, int... wanted) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(6 + text.length + 2 * wanted.length);
        data.putInt(text.length).put(text).putShort((short) wanted.length);
        for (int info : wanted) {
            data.putShort((short) info);
        }
        return data.array();
    }

    static byte[] contexts(String name, String... queries) {
        ByteBuffer data = ByteBuffer.allocate(1024);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        data.putInt(text.length).put(text).putInt(queries.length);
        for (String query : queries) {
            byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
            data.putInt(bytes.length).put(bytes);
        }
        byte[] result = new byte[data.position()];
        data.get(0, result);
        return result;
    }

    Dialogue feed(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        while (in.isReadable() && closed.isEmpty() && session.isEmpty()) {
            reader.next(in).ifPresent(this::apply);
        }
        return this;
    }

    void apply(HandshakeInput input) {
        for (HandshakeEffect effect : handshake.apply(input)) {
            switch (effect) {
                case HandshakeEffect.Send(byte[] bytes) -> sent.writeBytes(bytes);
                case HandshakeEffect.ListExports() ->
                        apply(
                                new HandshakeInput.Listed(
                                        List.of(info("ro"), info("secret"), info("vol"))));
                case HandshakeEffect.FindExport(String name) ->
                        apply(answer(name, new HandshakeInput.Found(info(name))));
                case HandshakeEffect.AttachExport(String name) ->
                        apply(answer(name, new HandshakeInput.Attached(info(name))));
                case HandshakeEffect.StartTls() -> {
                    encrypted = true;
                    reader = HandshakeReader.fromOption(MAX_OPTION_BYTES);
                    handshake = handshake.encrypted(Dialogue::access);
                }
                case HandshakeEffect.BeginTransmission(Session agreed) ->
                        session = Optional.of(agreed);
                case HandshakeEffect.Close(String reason) -> closed = Optional.of(reason);
            }
        }
    }

    private static ExportInfo info(String name) {
        return new ExportInfo(name, SIZE);
    }

    private HandshakeInput answer(String name, HandshakeInput success) {
        if (unavailable) {
            return new HandshakeInput.Failed(ErrorCode.HELD, "held by a live coordinator");
        }
        return name.equals("vol") || name.equals("ro")
                ? success
                : new HandshakeInput.Failed(ErrorCode.NOT_FOUND, "there is no volume " + name);
    }

    /** What was sent since last asked. */
    String hex() {
        String hex = HexFormat.of().formatHex(sent.toByteArray());
        sent.reset();
        return hex;
    }

    /** What was sent since last asked, as replies to options. */
    List<Answer> answers() {
        ByteBuffer in = ByteBuffer.wrap(sent.toByteArray());
        sent.reset();
        List<Answer> answers = new ArrayList<>();
        while (in.hasRemaining()) {
            if (in.getLong() != Magic.OPTION_REPLY) {
                throw new AssertionError("a reply does not begin as one");
            }
            int option = in.getInt();
            int kind = in.getInt();
            byte[] data = new byte[in.getInt()];
            in.get(data);
            answers.add(new Answer(option, kind, HexFormat.of().formatHex(data)));
        }
        return answers;
    }

    /** The kind of the only or last reply since last asked. */
    int lastKind() {
        return answers().getLast().kind();
    }
}
