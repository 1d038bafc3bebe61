package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.Configure;
import io.ashlar.metadata.api.Query.ShowStatus;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.ops.report.DoneReport;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ashlar settings}: what an operator can set for the whole cluster. */
@Command(name = "settings", description = "Changes settings of the cluster; 'status' shows them.")
final class SettingsCommand implements Runnable {

    private final Session session;

    @Option(
            names = "--copy-budget",
            paramLabel = "SIZE",
            description = "Bytes a second that all servers together copy to mirrors; 0: no limit.")
    private Optional<ByteSize> copyBudget = Optional.empty();

    @Option(
            names = "--repair-after",
            paramLabel = "SECONDS",
            description = "How long a server or device may be gone before its mirrors move.")
    private Optional<Long> repairAfter = Optional.empty();

    SettingsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        ClusterSettings now = session.ask(new ShowStatus(), Answer.Status.class).settings();
        session.submit(new Configure(changed(now)), Answer.Done.class);
        session.print(new DoneReport("changed", "settings"));
    }

    private ClusterSettings changed(ClusterSettings now) {
        try {
            return new ClusterSettings(
                    copyBudget.map(ByteSize::bytes).orElse(now.copyBytesPerSecond()),
                    repairAfter.map(Duration::ofSeconds).orElse(now.repairAfter()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
