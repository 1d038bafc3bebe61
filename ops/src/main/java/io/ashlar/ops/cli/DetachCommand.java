package io.ashlar.ops.cli;

import io.ashlar.ops.attach.Attachment;
import io.ashlar.ops.attach.NbdDevice;
import io.ashlar.ops.report.DoneReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar detach}. */
@Command(name = "detach", description = "Detaches a disk from its volume; Linux, root.")
final class DetachCommand implements Runnable {

    private final Session session;

    @Parameters(paramLabel = "/dev/nbdN")
    private NbdDevice device = new NbdDevice(0);

    @Option(names = "--force", description = "Although it is mounted: what was not synced is LOST.")
    private boolean force;

    DetachCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Attachment.end(device, force);
        session.print(new DoneReport("detached", device.toString()));
    }
}
