package io.ashlar.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.config.TlsFiles;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.ops.report.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the commands of one invocation share: the group they talk to and where results go. */
final class Session {

    /** Opens a client of a metadata group. */
    @FunctionalInterface
    interface Connector {
        MetadataClient connect(List<HostPort> group, Optional<TlsFiles> tls);
    }

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private final Connector connector;
    private final PrintWriter out;
    private List<HostPort> group = List.of();
    private Optional<Path> tls = Optional.empty();
    private OutputFormat format = OutputFormat.TEXT;

    /**
     * A session with the group and the format not yet chosen.
     *
     * @param connector opens a client of a metadata group
     * @param out where results are printed
     */
    Session(Connector connector, PrintWriter out) {
        this.connector = connector;
        this.out = out;
    }

    void group(List<HostPort> peers) {
        group = List.copyOf(peers);
    }

    /** Talks over TLS, with the files of this directory. */
    void tls(Path directory) {
        tls = Optional.of(directory);
    }

    /**
     * What to prove itself with, if the invocation says so.
     *
     * @throws StorageException {@code INVALID} naming the file that is missing
     */
    Optional<TlsFiles> tls() {
        try {
            return tls.map(TlsFiles::in);
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    void format(OutputFormat chosen) {
        format = chosen;
    }

    OutputFormat format() {
        return format;
    }

    /**
     * The metadata group that the invocation names.
     *
     * @throws StorageException {@code INVALID} if it names none
     */
    List<HostPort> group() {
        if (group.isEmpty()) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "no metadata group is named: add --metadata HOST:PORT,... or set "
                            + Ashlar.GROUP_VARIABLE);
        }
        return group;
    }

    /** Asks the group; a rejection becomes an exception. */
    <A extends Answer> A ask(Query query, Class<A> expected) {
        try (MetadataClient client = connector.connect(group(), tls())) {
            return accept(client.ask(query), expected);
        }
    }

    /** Submits to the group; a rejection becomes an exception. */
    <A extends Answer> A submit(Command command, Class<A> expected) {
        try (MetadataClient client = connector.connect(group(), tls())) {
            return accept(client.submit(command), expected);
        }
    }

    /** Talks to the group through one client. */
    <R> R converse(Function<MetadataClient, R> talk) {
        try (MetadataClient client = connector.connect(group(), tls())) {
            return talk.apply(client);
        }
    }

    /** The expected answer; a rejection becomes an exception. */
    static <A extends Answer> A accept(Answer answer, Class<A> expected) {
        if (answer instanceof Answer.Rejected(ErrorCode code, String message)) {
            throw new StorageException(code, message);
        }
        return expected.cast(answer);
    }

    /** Prints a result. */
    void print(Report report) {
        out.println(format == OutputFormat.JSON ? json(report) : report.text());
        out.flush();
    }

    /** The JSON form of an error: code as stable number and as name, and the message. */
    static String json(StorageException error) {
        return json(
                Map.of(
                        "error",
                        Map.of(
                                "number", error.code().number(),
                                "code", error.code().name(),
                                "message", String.valueOf(error.getMessage()))));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that has no JSON form: " + value, e);
        }
    }

    /** Parses {@code host:port,host:port}; an empty text names no group. */
    static List<HostPort> parseGroup(String text) {
        List<HostPort> peers = new ArrayList<>();
        for (String peer : text.split(",", -1)) {
            if (!peer.isBlank()) {
                peers.add(HostPort.parse(peer.strip()));
            }
        }
        return peers;
    }
}
