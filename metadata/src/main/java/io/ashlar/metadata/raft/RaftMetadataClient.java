package io.ashlar.metadata.raft;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.config.TlsFiles;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.codec.Ask;
import io.ashlar.metadata.codec.CommandCodec;
import io.ashlar.metadata.codec.QueryCodec;
import io.ashlar.metadata.codec.Reply;
import io.ashlar.metadata.codec.ReplyCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * The metadata group as seen from anywhere: finds the leader, follows it, and repeats what a leader
 * change interrupted until the call's time is over. For any number of threads.
 */
public final class RaftMetadataClient implements MetadataClient {

    /** How long a call may take unless told otherwise. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

    /** How often a command is planned anew because others got in between. */
    private static final int PLANS = 64;

    private static final Message LOCATE = message(QueryCodec.toBytes(new Ask.Locate()));

    private final List<HostPort> peers;
    private final CallLimit limit;
    private final RaftClient client;

    /** A client that talks plainly. */
    public RaftMetadataClient(List<HostPort> peers, Duration limit) {
        this(peers, limit, Optional.empty());
    }

    /**
     * A client of the group with these peers; one that answers is enough. Connects when used.
     *
     * @param limit how long a call may take, about
     * @param tls needed if the group talks over TLS
     */
    public RaftMetadataClient(List<HostPort> peers, Duration limit, Optional<TlsFiles> tls) {
        this.peers = List.copyOf(peers);
        this.limit = new CallLimit(limit);
        this.client =
                RaftClient.newBuilder()
                        .setProperties(Settings.client())
                        .setRaftGroup(Group.of(peers))
                        .setParameters(Settings.parameters(tls))
                        .setRetryPolicy(this.limit)
                        .build();
    }

    /**
     * A client with the default limit.
     *
     * @param peers as {@code host:port,host:port,...}
     * @throws IllegalArgumentException if that is no list of addresses
     */
    public static RaftMetadataClient connect(String peers) {
        return new RaftMetadataClient(
                Arrays.stream(peers.split(",", -1))
                        .map(String::strip)
                        .map(HostPort::parse)
                        .toList(),
                DEFAULT_LIMIT);
    }

    @Override
    public Answer submit(Command command) {
        limit.begin();
        Message message = message(CommandCodec.toBytes(command));
        for (int plans = 0; plans < PLANS; plans++) {
            Reply reply = write(message);
            if (reply instanceof Reply.Unchanged) {
                reply = read(new Ask.Decide(command));
            }
            if (reply instanceof Reply.Answered(Answer answer)) {
                return answer;
            }
            giveWay();
        }
        return new Answer.Rejected(
                ErrorCode.CONFLICT, "others changed the same things meanwhile; try again");
    }

    /** For a moment, so that those who were in each other's way do not meet again. */
    private static void giveWay() {
        LockSupport.parkNanos(
                ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
    }

    @Override
    public Answer ask(Query query) {
        limit.begin();
        return switch (read(new Ask.Of(query))) {
            case Reply.Answered(Answer answer) -> answer;
            case Reply.Stale(), Reply.Elsewhere(), Reply.Unchanged() ->
                    throw new StorageException(
                            ErrorCode.WRONG_VERSION, "the metadata group does not know " + query);
        };
    }

    private Reply write(Message message) {
        while (true) {
            try {
                return reply(client.io().send(message));
            } catch (StateMachineException e) {
                if (e.getCause() instanceof Unchanged) {
                    return new Reply.Unchanged();
                }
                throw unavailable(e);
            } catch (LeaderSteppingDownException e) {
                // It did nothing; its successor will. Ratis does not retry this by itself.
                if (limit.over()) {
                    throw unavailable(e);
                }
                giveWay();
            } catch (IOException e) {
                throw unavailable(e);
            }
        }
    }

    /** Reads at the leader: a peer that only follows says so, and then it is located first. */
    private Reply read(Ask ask) {
        Message message = message(QueryCodec.toBytes(ask));
        while (true) {
            try {
                Reply reply = reply(client.io().sendReadOnly(message));
                if (!(reply instanceof Reply.Elsewhere)) {
                    return reply;
                }
            } catch (IOException e) {
                if (limit.over()) {
                    throw unavailable(e);
                }
            }
            try {
                client.io().sendReadOnlyNonLinearizable(LOCATE);
            } catch (IOException e) {
                throw unavailable(e);
            }
        }
    }

    private static Reply reply(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException("the metadata group refused", reply.getException());
        }
        return ReplyCodec.fromBytes(reply.getMessage().getContent().asReadOnlyByteBuffer());
    }

    private static Message message(byte[] bytes) {
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    private StorageException unavailable(IOException e) {
        return new StorageException(
                ErrorCode.UNAVAILABLE,
                "the metadata group at %s does not answer: check that a majority of its peers runs (%s)"
                        .formatted(peers, e.getMessage()),
                e);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
