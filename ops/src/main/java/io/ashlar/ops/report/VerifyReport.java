package io.ashlar.ops.report;

import java.util.List;

/**
 * What reading a whole device found.
 *
 * @param device how it was left
 * @param damagedCopies small files of which one of the two copies is damaged or behind; a server
 *     that opens the device mends them
 * @param badBlocks blocks that do not match their checksum
 */
public record VerifyReport(DeviceInspection device, List<String> damagedCopies, List<Bad> badBlocks)
        implements Report {

    /**
     * A damaged block.
     *
     * @param block its number in the mirror's extent
     * @param seq of the change that it should hold
     */
    public record Bad(long mirror, long block, long seq) {}

    /** Whether nothing is damaged: no block, no copy, and no synced record is missing. */
    public boolean whole() {
        return damagedCopies.isEmpty() && badBlocks.isEmpty() && !cut();
    }

    private boolean cut() {
        return device.nextRecord() <= device.syncedThrough();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(device.text()).append("\n\n");
        if (cut()) {
            text.append(
                    "records up to %d were synced, the log is whole up to %d only\n"
                            .formatted(device.syncedThrough(), device.nextRecord() - 1));
        }
        damagedCopies.forEach(
                name -> text.append("one copy of " + name + " is damaged or behind\n"));
        badBlocks.forEach(bad -> text.append(line(bad)).append('\n'));
        long blocks =
                device.mirrors().stream().mapToLong(DeviceInspection.Mirror::dataBlocks).sum();
        return text.append("%d blocks read, %d damaged".formatted(blocks, badBlocks.size()))
                .toString();
    }

    static String line(Bad bad) {
        return "block %d of mirror %d is damaged (change %d)"
                .formatted(bad.block, bad.mirror, bad.seq);
    }
}
