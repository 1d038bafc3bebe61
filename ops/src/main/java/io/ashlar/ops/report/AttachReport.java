package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;

/**
 * A volume that is attached as a disk of this machine.
 *
 * @param volume its name
 * @param device where it is
 * @param server address of a server that serves it now
 * @param size bytes
 * @param connections to the server
 * @param takenOver whether the device was attached before, and goes on so
 */
public record AttachReport(
        String volume, String device, String server, long size, int connections, boolean takenOver)
        implements Report {

    @Override
    public String text() {
        return "%s %s at %s (%s, %d connection%s), served by %s"
                .formatted(
                        takenOver ? "keeping" : "attached",
                        volume,
                        device,
                        new ByteSize(size),
                        connections,
                        connections == 1 ? "" : "s",
                        server);
    }
}
