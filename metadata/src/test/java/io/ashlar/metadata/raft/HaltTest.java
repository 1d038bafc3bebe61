package io.ashlar.metadata.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.GroupState;
import io.ashlar.metadata.catalog.TablesView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that cannot follow the log must not go on. */
class HaltTest {

    private final BlockingQueue<String> halts = new LinkedBlockingQueue<>();
    private final Halt halt = (reason, _) -> halts.add(reason);

    private record Follower() implements Leadership {
        @Override
        public boolean leads() {
            return false;
        }

        @Override
        public void begin() {}

        @Override
        public void heard(ServerId server, long nonce) {}

        @Override
        public void wanted(Answer.Handover handover) {}

        @Override
        public List<Answer.Handover> handovers(TablesView tables, ServerId holder) {
            return List.of();
        }

        @Override
        public GroupState group(long appliedIndex) {
            return new GroupState(List.of(), "", appliedIndex, Duration.ofSeconds(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffff", "", "ba3e00"})
    void anEntryThatIsNoEventOfThisVersionHalts(String hex, @TempDir Path directory) {
        CatalogStateMachine machine = new CatalogStateMachine(directory, new Follower(), halt);
        LogEntryProto entry =
                LogEntryProto.newBuilder()
                        .setTerm(1)
                        .setIndex(7)
                        .setStateMachineLogEntry(
                                StateMachineLogEntryProto.newBuilder()
                                        .setLogData(
                                                ByteString.copyFrom(HexFormat.of().parseHex(hex))))
                        .build();
        TransactionContext transaction =
                TransactionContext.newBuilder()
                        .setServerRole(RaftPeerRole.FOLLOWER)
                        .setStateMachine(machine)
                        .setLogEntry(entry)
                        .build();
        assertThrows(StorageException.class, () -> machine.applyTransaction(transaction));
        assertEquals(1, halts.size());
        assertTrue(halts.element().contains("index=7"), halts.element());
    }

    @Test
    void aSnapshotThatCannotBeMadeReturnsNoIndex(@TempDir Path directory) {
        CatalogStateMachine machine = new CatalogStateMachine(directory, new Follower(), halt);
        assertThrows(IOException.class, machine::takeSnapshot);
    }

    @Test
    void aServerThatRatisClosedByItselfIsNoticed(@TempDir Path directory) throws Exception {
        int port = TestGroup.freePorts(1).getFirst();
        PeerConfig config =
                PeerConfig.of("m1", "m1@127.0.0.1:" + port, directory)
                        .withSessionTerm(Duration.ofMillis(400));
        try (MetadataPeer peer = MetadataPeer.start(config, halt)) {
            TestGroup.await(peer::leads);
            assertEquals(0, halts.size());
            peer.server().close();
            String reason = halts.poll(10, TimeUnit.SECONDS);
            assertEquals("metadata peer m1 was closed by Ratis", reason);
        }
    }
}
