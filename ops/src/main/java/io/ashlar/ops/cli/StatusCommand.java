package io.ashlar.ops.cli;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query.ShowStatus;
import io.ashlar.ops.report.StatusReport;
import picocli.CommandLine.Command;

/** {@code ashlar status}. */
@Command(name = "status", description = "Shows the state of the cluster.")
final class StatusCommand implements Runnable {

    private final Session session;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.print(StatusReport.of(session.ask(new ShowStatus(), Answer.Status.class)));
    }
}
