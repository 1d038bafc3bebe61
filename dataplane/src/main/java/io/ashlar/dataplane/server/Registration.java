package io.ashlar.dataplane.server;

import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's standing with the metadata group: registered once, then kept alive by heartbeats.
 */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final MetadataClient client;
    private final Command.RegisterServer register;
    private final LongConsumer copyShare;

    /**
     * Registers.
     *
     * @param copyShare told at every heartbeat how much this server may copy, in bytes a second
     * @throws StorageException as the metadata group refuses it, or {@code UNAVAILABLE}
     */
    Registration(MetadataClient client, Command.RegisterServer register, LongConsumer copyShare) {
        this.client = client;
        this.copyShare = copyShare;
        this.register = register;
        register();
    }

    private void register() {
        if (client.submit(register) instanceof Answer.Rejected rejected) {
            throw new StorageException(rejected.code(), rejected.message());
        }
    }

    /**
     * One heartbeat; registers again if the group no longer knows this process.
     *
     * @param handOver told what is to be handed over, again and again until it is
     */
    void heartbeat(Consumer<Answer.Handover> handOver) {
        Answer answer = client.ask(new Query.Heartbeat(register.server(), register.nonce()));
        if (answer instanceof Answer.Heard heard) {
            heard.handovers().forEach(handOver);
            copyShare.accept(heard.copyBytesPerSecond());
            if (!heard.registered()) {
                LOG.warn("the metadata group does not know this process; registering again");
                register();
            }
        }
    }
}
