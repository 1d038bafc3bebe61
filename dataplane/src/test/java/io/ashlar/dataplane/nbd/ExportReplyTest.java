package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.volume.ExportInfo;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExportReplyTest {

    private static final int AFTER_EXPORT = 20 + 12 + 20 + 2;
    private static final int ACK = 20;

    private static String description(Optional<VolumeId> id) {
        byte[] reply =
                ExportReply.informed(
                        OptionCode.GO,
                        new ExportInfo("db", 2L << 30, id),
                        new Session("db", Dialect.SIMPLE, false, Access.READ_WRITE),
                        Set.of(ExportReply.DESCRIPTION));
        return new String(
                reply, AFTER_EXPORT, reply.length - AFTER_EXPORT - ACK, StandardCharsets.UTF_8);
    }

    /** What "ashlar attach" looks for. */
    @Test
    void saysWhichOfAllVolumesOfThatNameItIs() {
        assertEquals("Ashlar volume 17 of 2GiB", description(Optional.of(new VolumeId(17))));
        assertEquals("Ashlar volume of 2GiB", description(Optional.empty()));
    }
}
