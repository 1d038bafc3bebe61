package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.fuzz.Coverage;
import io.ashlar.dataplane.fuzz.FuzzTarget;
import io.ashlar.dataplane.volume.ExportInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The option haggling. The first byte of an input chooses the TLS mode, what the directory answers
 * and the size of the pieces; the rest is what the client says.
 */
public final class HandshakeFuzz implements FuzzTarget {

    private static final int MAX_OPTION_BYTES = 8192;
    private static final int MOST_SENT = 64 << 10;

    @Override
    public List<byte[]> seeds() {
        byte[] flags = {0, 0, 0, 3};
        byte[] old = {0, 0, 0, 0};
        byte[] name = "vol".getBytes(StandardCharsets.US_ASCII);
        byte[] contexts = Dialogue.contexts("vol", "base:allocation", "qemu:x");
        return List.of(
                talk(0, flags, option(OptionCode.LIST), option(OptionCode.ABORT)),
                talk(1, old, Dialogue.optionBytes(OptionCode.EXPORT_NAME, name)),
                talk(
                        0x10,
                        flags,
                        option(OptionCode.STRUCTURED_REPLY),
                        Dialogue.optionBytes(OptionCode.LIST_META_CONTEXT, contexts),
                        Dialogue.optionBytes(OptionCode.SET_META_CONTEXT, contexts),
                        Dialogue.optionBytes(OptionCode.INFO, Dialogue.export("vol", 1, 2, 3)),
                        Dialogue.optionBytes(OptionCode.GO, Dialogue.export("vol", 3))),
                talk(
                        0x22,
                        flags,
                        option(OptionCode.STARTTLS),
                        option(OptionCode.EXTENDED_HEADERS),
                        Dialogue.optionBytes(OptionCode.SET_META_CONTEXT, contexts),
                        Dialogue.optionBytes(OptionCode.GO, Dialogue.export("vol"))),
                talk(4, flags, Dialogue.optionBytes(OptionCode.GO, Dialogue.export("secret"))),
                talk(8, flags, Dialogue.optionBytes(OptionCode.INFO, Dialogue.export("ro"))));
    }

    private static byte[] option(int code) {
        return Dialogue.optionBytes(code, new byte[0]);
    }

    private static byte[] talk(int choice, byte[]... parts) {
        return HandshakeTest.concat(new byte[] {(byte) choice}, HandshakeTest.concat(parts));
    }

    @Override
    public void run(byte[] input, Coverage coverage) {
        if (input.length > 0) {
            new Talk(input[0] & 0xff, coverage).hear(input);
        }
    }

    /** One conversation. */
    private static final class Talk {

        private final Coverage coverage;
        private final TlsMode mode;
        private final int directory;
        private final int pieceBytes;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private HandshakeReader reader = HandshakeReader.fromStart(MAX_OPTION_BYTES);
        private Handshake handshake;
        private Optional<HandshakeInput> answer = Optional.empty();
        private boolean encrypted;
        private boolean over;
        private int dialect;
        private int attached;

        Talk(int choice, Coverage coverage) {
            this.coverage = coverage;
            mode = List.of(TlsMode.values()).get((choice & 3) % 3);
            directory = choice >> 2 & 3;
            pieceBytes = 1 + 97 * (choice >> 4);
            handshake = Handshake.plain(mode, Talk::access, 32);
        }

        private static Access access(String name) {
            return switch (name) {
                case "secret" -> Access.NONE;
                case "ro" -> Access.READ_ONLY;
                default -> Access.READ_WRITE;
            };
        }

        void hear(byte[] input) {
            for (int at = 1; at < input.length && !over; at += pieceBytes) {
                int bytes = Math.min(pieceBytes, input.length - at);
                ByteBuf in = Unpooled.wrappedBuffer(input, at, bytes);
                while (in.isReadable() && !over) {
                    reader.next(in).ifPresent(this::tell);
                }
            }
        }

        /** Applies what the client said, and what the directory answers to it. */
        private void tell(HandshakeInput said) {
            apply(said);
            while (answer.isPresent() && !over) {
                HandshakeInput next = answer.get();
                answer = Optional.empty();
                require(handshake.waiting(), "an answer that is not awaited");
                apply(next);
            }
            require(over || !handshake.waiting(), "it waits for nothing");
            switch (said) {
                case HandshakeInput.Option(int code, byte[] data) ->
                        check(code, data.length == 0 ? 0 : 1);
                case HandshakeInput.OversizedOption(int code) -> check(code, 2);
                default -> require(sent.size() == 0, "a reply to no option");
            }
            sent.reset();
        }

        private void apply(HandshakeInput next) {
            for (HandshakeEffect effect : handshake.apply(next)) {
                require(!over, "an effect after the end");
                switch (effect) {
                    case HandshakeEffect.Send(byte[] bytes) -> sent.writeBytes(bytes);
                    case HandshakeEffect.ListExports() ->
                            answer(new HandshakeInput.Listed(List.of(info("vol"), info("secret"))));
                    case HandshakeEffect.FindExport(String name) ->
                            answer(new HandshakeInput.Found(info(name)));
                    case HandshakeEffect.AttachExport(String name) -> {
                        attached++;
                        answer(new HandshakeInput.Attached(info(name)));
                    }
                    case HandshakeEffect.StartTls() -> startTls();
                    case HandshakeEffect.BeginTransmission(Session session) -> begin(session);
                    case HandshakeEffect.Close(String reason) -> {
                        over = true;
                        coverage.at("close", Coverage.template(reason), dialect);
                    }
                }
            }
        }

        private static ExportInfo info(String name) {
            return new ExportInfo(name, 1 << 20);
        }

        private void answer(HandshakeInput success) {
            answer =
                    Optional.of(
                            switch (directory) {
                                case 1 -> new HandshakeInput.Failed(ErrorCode.NOT_FOUND, "none");
                                case 2 -> new HandshakeInput.Failed(ErrorCode.HELD, "held");
                                case 3 -> new HandshakeInput.ShuttingDown();
                                default -> success;
                            });
        }

        private void startTls() {
            require(mode != TlsMode.OFF && !encrypted, "TLS out of place");
            encrypted = true;
            dialect = 0;
            reader = HandshakeReader.fromOption(MAX_OPTION_BYTES);
            handshake = handshake.encrypted(Talk::access);
        }

        private void begin(Session session) {
            over = true;
            require(attached > 0, "transmission without a volume");
            require(encrypted || mode != TlsMode.REQUIRED, "transmission without TLS");
            require(session.access() != Access.NONE, "transmission of what is not allowed");
            require(
                    session.dialect() != Dialect.SIMPLE || !session.blockStatus(),
                    "block status with simple replies");
            coverage.at("begin", session.toString().replaceFirst("export=.*?, ", ""));
        }

        /** Every option but EXPORT_NAME has replies of its own, of which the last is final. */
        private void check(int code, int data) {
            require(sent.size() <= MOST_SENT, "a long answer");
            ByteBuffer in = ByteBuffer.wrap(sent.toByteArray());
            int known = code >= 0 && code <= OptionCode.EXTENDED_HEADERS ? code : -1;
            if (code == OptionCode.EXPORT_NAME) {
                require(List.of(0, 10, 134).contains(in.remaining()), "a size and flags");
                coverage.at("export-name", in.remaining(), dialect, encrypted);
                return;
            }
            int kind = 0;
            while (in.hasRemaining()) {
                require(kind != OptionReply.ACK && kind >= 0, "a reply after the last");
                require(in.getLong() == Magic.OPTION_REPLY, "a reply's magic");
                require(in.getInt() == code, "a reply to another option");
                kind = in.getInt();
                byte[] payload = new byte[in.getInt()];
                in.get(payload);
                coverage.at(mode.name(), encrypted, dialect, known, data, kind);
            }
            require(over || kind == OptionReply.ACK || kind < 0, "no last reply");
            rules(code, kind);
            if (kind == OptionReply.ACK && code == OptionCode.STRUCTURED_REPLY) {
                dialect = 1;
            } else if (kind == OptionReply.ACK && code == OptionCode.EXTENDED_HEADERS) {
                dialect = 2;
            }
        }

        private void rules(int code, int kind) {
            boolean tlsFirst = mode == TlsMode.REQUIRED && !encrypted;
            boolean early = code == OptionCode.STARTTLS || code == OptionCode.ABORT;
            require(kind != OptionReply.ERR_TLS_REQD || (tlsFirst && !early), "TLS demanded");
            if (tlsFirst && !early) {
                require(over || kind == OptionReply.ERR_TLS_REQD, "TLS not demanded");
            } else if (code == OptionCode.ABORT && kind != 0) {
                require(kind == OptionReply.ACK && over, "an abort that is not acknowledged");
            } else if (code < 1 || code > OptionCode.EXTENDED_HEADERS || code == 4) {
                require(over || kind == OptionReply.ERR_UNSUP, "an unknown option is known");
            }
        }

        private static void require(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
