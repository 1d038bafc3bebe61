package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.nbd.HandshakeEffect.AttachExport;
import io.ashlar.dataplane.nbd.HandshakeEffect.BeginTransmission;
import io.ashlar.dataplane.nbd.HandshakeEffect.Close;
import io.ashlar.dataplane.nbd.HandshakeEffect.FindExport;
import io.ashlar.dataplane.nbd.HandshakeEffect.ListExports;
import io.ashlar.dataplane.nbd.HandshakeEffect.Send;
import io.ashlar.dataplane.nbd.HandshakeEffect.StartTls;
import io.ashlar.dataplane.volume.ExportInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The server's side of fixed newstyle negotiation on one connection: inputs in, effects out, no
 * I/O. At most one option is under way; while the directory is asked, no other may be applied.
 */
final class Handshake {

    private static final int FIXED_NEWSTYLE = 1;
    private static final int NO_ZEROES = 2;

    /** Stands for data that were not kept: most options only ask whether there are any. */
    private static final byte[] SOME_DATA = {0};

    private static final String NO_DEFAULT = "there is no default export: name a volume";

    private final TlsMode tls;
    private final Function<String, Access> access;
    private final int maxOptions;

    private boolean encrypted;
    private boolean fixed;
    private boolean zeroes;
    private int options;
    private Dialect dialect = Dialect.SIMPLE;
    private Optional<String> contextExport = Optional.empty();
    private Question asked = new Question.None();

    private Handshake(TlsMode tls, Function<String, Access> access, int maxOptions) {
        this.tls = tls;
        this.access = access;
        this.maxOptions = maxOptions;
    }

    /** A handshake from its first byte. */
    static Handshake plain(TlsMode tls, Function<String, Access> access, int maxOptions) {
        return new Handshake(tls, access, maxOptions);
    }

    /**
     * What follows STARTTLS: no option from before it counts, only the client's flags, which are
     * not said again.
     */
    Handshake encrypted(Function<String, Access> accessOverTls) {
        Handshake next = new Handshake(tls, accessOverTls, maxOptions);
        next.encrypted = true;
        next.fixed = fixed;
        next.zeroes = zeroes;
        return next;
    }

    /** What the server says first. */
    static byte[] greeting() {
        return ByteBuffer.allocate(18)
                .putLong(Magic.GREETING)
                .putLong(Magic.OPTION)
                .putShort((short) (FIXED_NEWSTYLE | NO_ZEROES))
                .array();
    }

    /** Whether the directory's answer is awaited. */
    boolean waiting() {
        return !(asked instanceof Question.None);
    }

    /** Advances. */
    List<HandshakeEffect> apply(HandshakeInput input) {
        return switch (input) {
            case HandshakeInput.ClientFlags(int flags) -> clientFlags(flags);
            case HandshakeInput.Option(int code, byte[] data) -> option(code, data, true);
            case HandshakeInput.OversizedOption(int code) -> option(code, SOME_DATA, false);
            case HandshakeInput.Malformed(String reason) -> List.of(new Close(reason));
            case HandshakeInput.Listed(List<ExportInfo> exports) -> listed(exports);
            case HandshakeInput.Found(ExportInfo export) -> found(export);
            case HandshakeInput.Attached(ExportInfo export) -> attached(export);
            case HandshakeInput.Failed(ErrorCode code, String message) -> failed(code, message);
            case HandshakeInput.ShuttingDown _ -> shuttingDown();
        };
    }

    private List<HandshakeEffect> clientFlags(int flags) {
        if ((flags & ~(FIXED_NEWSTYLE | NO_ZEROES)) != 0) {
            return List.of(new Close("unknown client flags 0x" + Integer.toHexString(flags)));
        }
        fixed = (flags & FIXED_NEWSTYLE) != 0;
        zeroes = (flags & NO_ZEROES) == 0;
        return List.of();
    }

    private List<HandshakeEffect> option(int code, byte[] data, boolean whole) {
        if (waiting()) {
            throw new IllegalStateException("an option before the answer to " + asked);
        }
        if (++options > maxOptions) {
            return List.of(new Close("more than " + maxOptions + " options"));
        }
        if (tls == TlsMode.REQUIRED && !encrypted && !allowedBeforeTls(code)) {
            return beforeTls(code);
        }
        return switch (code) {
            case OptionCode.EXPORT_NAME -> exportName(data, whole);
            case OptionCode.ABORT -> List.of(ack(OptionCode.ABORT), new Close("client aborted"));
            case OptionCode.LIST -> list(data);
            case OptionCode.STARTTLS -> startTls(data);
            case OptionCode.INFO, OptionCode.GO -> whole ? infoOrGo(code, data) : tooBig(code);
            case OptionCode.STRUCTURED_REPLY -> structuredReply(data);
            case OptionCode.EXTENDED_HEADERS -> extendedHeaders(data);
            case OptionCode.LIST_META_CONTEXT -> whole ? metaContext(code, data) : tooBig(code);
            case OptionCode.SET_META_CONTEXT -> {
                contextExport = Optional.empty(); // also when this one fails
                yield whole ? metaContext(code, data) : tooBig(code);
            }
            default ->
                    refuse(
                            code,
                            OptionReply.ERR_UNSUP,
                            "option " + Integer.toUnsignedString(code) + " is not known");
        };
    }

    private boolean allowedBeforeTls(int code) {
        return fixed && (code == OptionCode.STARTTLS || code == OptionCode.ABORT);
    }

    private List<HandshakeEffect> beforeTls(int code) {
        if (!fixed || code == OptionCode.EXPORT_NAME) {
            return List.of(new Close("TLS is required"));
        }
        return refuse(code, OptionReply.ERR_TLS_REQD, "this server requires TLS");
    }

    private static List<HandshakeEffect> tooBig(int code) {
        return refuse(code, OptionReply.ERR_TOO_BIG, "the option is too long");
    }

    private List<HandshakeEffect> exportName(byte[] data, boolean whole) {
        Optional<String> name =
                whole ? Text.decode(ByteBuffer.wrap(data), data.length) : Optional.empty();
        if (name.isEmpty() || dialect == Dialect.EXTENDED) {
            return List.of(new Close("EXPORT_NAME with no valid name, or after EXTENDED_HEADERS"));
        }
        if (name.get().isEmpty()) {
            return List.of(new Close(NO_DEFAULT));
        }
        if (access.apply(name.get()) == Access.NONE) {
            return List.of(new Close("not allowed to attach '" + name.get() + "'"));
        }
        asked = new Question.ExportName(name.get());
        return List.of(new AttachExport(name.get()));
    }

    private List<HandshakeEffect> list(byte[] data) {
        if (data.length > 0) {
            return refuse(OptionCode.LIST, OptionReply.ERR_INVALID, "LIST takes no data");
        }
        asked = new Question.Exports();
        return List.of(new ListExports());
    }

    private List<HandshakeEffect> startTls(byte[] data) {
        int error;
        String why;
        if (data.length > 0 || encrypted) {
            error = OptionReply.ERR_INVALID;
            why = encrypted ? "TLS is on already" : "STARTTLS takes no data";
        } else if (tls == TlsMode.OFF || !fixed) {
            error = OptionReply.ERR_POLICY;
            why = "TLS is not configured on this address";
        } else {
            return List.of(ack(OptionCode.STARTTLS), new StartTls());
        }
        return refuse(OptionCode.STARTTLS, error, why);
    }

    private List<HandshakeEffect> infoOrGo(int code, byte[] data) {
        Optional<ExportRequest> parsed = ExportRequest.parse(data);
        if (parsed.isEmpty()) {
            return refuse(code, OptionReply.ERR_INVALID, "malformed INFO or GO");
        }
        ExportRequest request = parsed.get();
        if (mayNotAttach(request.name())) {
            return notAttached(code, request.name());
        }
        asked = new Question.Export(code, request);
        return List.of(
                code == OptionCode.GO
                        ? new AttachExport(request.name())
                        : new FindExport(request.name()));
    }

    private List<HandshakeEffect> structuredReply(byte[] data) {
        int code = OptionCode.STRUCTURED_REPLY;
        if (data.length > 0) {
            return refuse(code, OptionReply.ERR_INVALID, "STRUCTURED_REPLY takes no data");
        }
        if (dialect == Dialect.EXTENDED) {
            return refuse(code, OptionReply.ERR_EXT_HEADER_REQD, "extended headers are on");
        }
        dialect = Dialect.STRUCTURED;
        return List.of(ack(code));
    }

    private List<HandshakeEffect> extendedHeaders(byte[] data) {
        int code = OptionCode.EXTENDED_HEADERS;
        if (data.length > 0) {
            return refuse(code, OptionReply.ERR_INVALID, "EXTENDED_HEADERS takes no data");
        }
        dialect = Dialect.EXTENDED;
        return List.of(ack(code));
    }

    private List<HandshakeEffect> metaContext(int code, byte[] data) {
        if (dialect == Dialect.SIMPLE) {
            return refuse(code, OptionReply.ERR_INVALID, "negotiate STRUCTURED_REPLY first");
        }
        Optional<ContextRequest> parsed = ContextRequest.parse(data);
        if (parsed.isEmpty()) {
            return refuse(code, OptionReply.ERR_INVALID, "malformed metadata context query");
        }
        ContextRequest request = parsed.get();
        if (mayNotAttach(request.name())) {
            return notAttached(code, request.name());
        }
        asked = new Question.Contexts(code, request);
        return List.of(new FindExport(request.name()));
    }

    private List<HandshakeEffect> listed(List<ExportInfo> exports) {
        answered();
        OptionReply reply = new OptionReply(OptionCode.LIST);
        for (ExportInfo export : exports) {
            if (access.apply(export.name()) != Access.NONE) {
                reply.with(OptionReply.SERVER, OptionReply.server(export.name()));
            }
        }
        return List.of(new Send(reply.acknowledged()));
    }

    private List<HandshakeEffect> found(ExportInfo export) {
        return switch (answered()) {
            case Question.Export(int code, ExportRequest request) ->
                    List.of(send(code, export, request));
            case Question.Contexts(int code, ContextRequest request) -> contexts(code, request);
            case Question other -> throw new IllegalStateException(other + " is not answered so");
        };
    }

    private List<HandshakeEffect> contexts(int code, ContextRequest request) {
        boolean set = code == OptionCode.SET_META_CONTEXT;
        OptionReply reply = new OptionReply(code);
        if (set ? request.selectsAllocation() : request.listsAllocation()) {
            int id = set ? Session.ALLOCATION : 0;
            reply.with(
                    OptionReply.META_CONTEXT,
                    OptionReply.metaContext(id, ContextRequest.ALLOCATION));
            if (set) {
                contextExport = Optional.of(request.name());
            }
        }
        return List.of(new Send(reply.acknowledged()));
    }

    private List<HandshakeEffect> attached(ExportInfo export) {
        return switch (answered()) {
            case Question.ExportName(String name) -> {
                Session session = session(name);
                yield List.of(
                        new Send(ExportReply.bare(export, session, zeroes)),
                        new BeginTransmission(session));
            }
            case Question.Export(int code, ExportRequest request) ->
                    List.of(
                            send(code, export, request),
                            new BeginTransmission(session(request.name())));
            case Question other -> throw new IllegalStateException(other + " is not answered so");
        };
    }

    private List<HandshakeEffect> failed(ErrorCode code, String message) {
        int error = OptionReply.errorFor(code);
        return switch (answered()) {
            case Question.None() -> throw new IllegalStateException("a failure of nothing");
            case Question.Exports() -> refuse(OptionCode.LIST, error, message);
            case Question.ExportName(_) -> List.of(new Close(message));
            case Question.Export(int option, _) -> refuse(option, error, message);
            case Question.Contexts(int option, _) -> refuse(option, error, message);
        };
    }

    private List<HandshakeEffect> shuttingDown() {
        Close close = new Close("the server is closing");
        return switch (answered()) {
            case Question.None() -> List.of(close);
            case Question.ExportName(_) -> List.of(close);
            case Question.Exports() -> List.of(shutdown(OptionCode.LIST), close);
            case Question.Export(int option, _) -> List.of(shutdown(option), close);
            case Question.Contexts(int option, _) -> List.of(shutdown(option), close);
        };
    }

    private Question answered() {
        Question question = asked;
        asked = new Question.None();
        return question;
    }

    private Session session(String name) {
        boolean blockStatus = contextExport.filter(name::equals).isPresent();
        return new Session(name, dialect, blockStatus, access.apply(name));
    }

    private Send send(int code, ExportInfo export, ExportRequest request) {
        return new Send(
                ExportReply.informed(code, export, session(request.name()), request.wanted()));
    }

    private boolean mayNotAttach(String name) {
        return name.isEmpty() || access.apply(name) == Access.NONE;
    }

    private static List<HandshakeEffect> notAttached(int code, String name) {
        return name.isEmpty()
                ? refuse(code, OptionReply.ERR_UNKNOWN, NO_DEFAULT)
                : refuse(code, OptionReply.ERR_POLICY, "not allowed to attach '" + name + "'");
    }

    private static Send shutdown(int code) {
        return new Send(
                new OptionReply(code).refused(OptionReply.ERR_SHUTDOWN, "the server is closing"));
    }

    private static Send ack(int code) {
        return new Send(new OptionReply(code).acknowledged());
    }

    private static List<HandshakeEffect> refuse(int code, int error, String message) {
        return List.of(new Send(new OptionReply(code).refused(error, message)));
    }
}
