package io.ashlar.metadata.raft;

import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.catalog.Applier;
import io.ashlar.metadata.catalog.GroupState;
import io.ashlar.metadata.catalog.Outcome;
import io.ashlar.metadata.catalog.Plan;
import io.ashlar.metadata.catalog.Planner;
import io.ashlar.metadata.catalog.Reader;
import io.ashlar.metadata.catalog.TablesView;
import io.ashlar.metadata.codec.Ask;
import io.ashlar.metadata.codec.CommandCodec;
import io.ashlar.metadata.codec.EventCodec;
import io.ashlar.metadata.codec.QueryCodec;
import io.ashlar.metadata.codec.Reply;
import io.ashlar.metadata.codec.ReplyCodec;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.store.Applied;
import io.ashlar.metadata.store.LiveTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;

/**
 * The catalog behind a log. The leader plans a command when it arrives ({@link #startTransaction});
 * the log carries the event; every peer applies it ({@link #applyTransaction}, on Ratis' one
 * updater thread, which also takes the snapshots). Reads come from any thread.
 */
final class CatalogStateMachine extends BaseStateMachine {

    private final CheckpointStorage checkpoints = new CheckpointStorage();
    private final LiveTables tables;
    private final Leadership leadership;
    private final Halt halt;

    CatalogStateMachine(Path directory, Leadership leadership, Halt halt) {
        this.tables = new LiveTables(directory.resolve("tables"));
        this.leadership = leadership;
        this.halt = halt;
    }

    LiveTables tables() {
        return tables;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
            throws IOException {
        super.initialize(server, group, storage);
        checkpoints.init(storage);
        getLifeCycle().startAndTransition(this::load);
    }

    private void load() {
        Optional<CheckpointStorage.Checkpoint> newest = checkpoints.newest();
        Applied applied = tables.rebuild(newest.map(CheckpointStorage.Checkpoint::directory));
        TermIndex entry =
                newest.map(CheckpointStorage.Checkpoint::entry).orElse(TermIndex.INITIAL_VALUE);
        if (newest.isPresent() && applied.index() != entry.getIndex()) {
            throw new IllegalStateException(
                    "checkpoint " + newest.get().directory() + " holds the log up to " + applied);
        }
        setLastAppliedTermIndex(entry);
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return checkpoints;
    }

    /** Before a snapshot replaces the tables; must end in PAUSED. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        tables.close();
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        checkpoints.reload();
        load();
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public long takeSnapshot() throws IOException {
        // Whatever fails here is thrown: a returned index lets Ratis purge the log up to it.
        TermIndex entry = getLastAppliedTermIndex();
        Path next = checkpoints.begin(entry);
        try {
            tables.checkpoint(new Applied(entry.getTerm(), entry.getIndex()), next);
        } catch (StorageException e) {
            throw new IOException(e);
        }
        checkpoints.complete(entry, next);
        return entry.getIndex();
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        TransactionContext.Builder transaction =
                TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
        return switch (plan(request)) {
            case Plan.Proposed(Event event) ->
                    transaction
                            .setLogData(UnsafeByteOperations.unsafeWrap(EventCodec.toBytes(event)))
                            .build();
            // Nothing for the log. The answer may come from tables of a leader that is none any
            // more, so the client asks for it again as a linearizable read.
            case Plan.Answered _ -> transaction.build().setException(new Unchanged());
        };
    }

    private Plan plan(RaftClientRequest request) {
        try {
            Command command =
                    CommandCodec.fromBytes(
                            request.getMessage().getContent().asReadOnlyByteBuffer());
            return tables.read(view -> Planner.plan(view, command));
        } catch (StorageException e) {
            return new Plan.Answered(new Answer.Rejected(e.code(), message(e)));
        }
    }

    private static String message(Throwable e) {
        return Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        Applied applied = new Applied(entry.getTerm(), entry.getIndex());
        try {
            Event event =
                    EventCodec.fromBytes(
                            entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
            Outcome outcome = tables.apply(applied, t -> Applier.apply(t, event));
            updateLastAppliedTermIndex(applied.term(), applied.index());
            return CompletableFuture.completedFuture(
                    message(
                            switch (outcome) {
                                case Outcome.Applied(Answer answer) -> new Reply.Answered(answer);
                                case Outcome.Stale _ -> new Reply.Stale();
                            }));
        } catch (RuntimeException e) {
            // Ratis would log it and go on without this entry.
            halt.now("log entry " + applied + " cannot be applied", e);
            throw e;
        }
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        if (!leadership.leads()) {
            return CompletableFuture.completedFuture(message(new Reply.Elsewhere()));
        }
        Reply reply;
        try {
            reply = reply(QueryCodec.fromBytes(request.getContent().asReadOnlyByteBuffer()));
        } catch (StorageException e) {
            reply = new Reply.Answered(new Answer.Rejected(e.code(), message(e)));
        }
        return CompletableFuture.completedFuture(message(reply));
    }

    private Reply reply(Ask ask) {
        return switch (ask) {
            case Ask.Locate() -> new Reply.Answered(new Answer.Done());
            case Ask.Of(Query query) -> {
                if (query instanceof Query.Heartbeat h) {
                    leadership.heard(h.server(), h.nonce());
                }
                GroupState group = leadership.group(getLastAppliedTermIndex().getIndex());
                yield new Reply.Answered(tables.read(view -> answer(view, group, query)));
            }
            case Ask.Decide(Command command) ->
                    switch (tables.read(view -> Planner.plan(view, command))) {
                        case Plan.Answered(Answer answer) -> new Reply.Answered(answer);
                        case Plan.Proposed _ -> new Reply.Stale();
                    };
        };
    }

    /** Handovers live with the leader's other knowledge of servers, not in the tables. */
    private Answer answer(TablesView view, GroupState group, Query query) {
        Answer answer = Reader.answer(view, group, query);
        if (answer instanceof Answer.Handover handover) {
            leadership.wanted(handover);
        }
        return query instanceof Query.Heartbeat h && answer instanceof Answer.Heard heard
                ? heard.with(leadership.handovers(view, h.server()))
                : answer;
    }

    private static Message message(Reply reply) {
        ByteString bytes = UnsafeByteOperations.unsafeWrap(ReplyCodec.toBytes(reply));
        return Message.valueOf(bytes);
    }

    @Override
    public void notifyLeaderReady() {
        leadership.begin();
    }

    @Override
    public void close() {
        tables.close();
    }
}
