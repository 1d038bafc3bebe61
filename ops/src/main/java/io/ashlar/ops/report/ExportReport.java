package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import java.util.List;

/**
 * What was taken off a device.
 *
 * @param image the file
 * @param size of the image, in bytes
 * @param mirrors whose blocks are in it
 * @param missingExtents places in the volume that this device has no mirror of
 * @param behind whether others may hold newer acknowledged writes, as far as the device knows
 * @param badBlocks damaged blocks: left out, zeros in the image unless something was there
 */
public record ExportReport(
        String image,
        long size,
        List<Long> mirrors,
        List<Integer> missingExtents,
        boolean behind,
        List<VerifyReport.Bad> badBlocks)
        implements Report {

    /** Whether the image is all of what was asked for. */
    public boolean whole() {
        return missingExtents.isEmpty() && badBlocks.isEmpty();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        badBlocks.forEach(bad -> text.append(VerifyReport.line(bad)).append(", left out\n"));
        if (!missingExtents.isEmpty()) {
            text.append(
                    "extents %s are not on this device: export them from others with --add\n"
                            .formatted(missingExtents));
        }
        if (behind) {
            text.append("not in sync when it was left: another mirror may hold newer writes\n");
        }
        return text.append(
                        "exported mirrors %s to %s (%s)"
                                .formatted(mirrors, image, new ByteSize(size)))
                .toString();
    }
}
