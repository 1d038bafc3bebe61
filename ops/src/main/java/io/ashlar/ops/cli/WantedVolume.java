package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;

/**
 * A volume that is to be there: {@code NAME:SIZE}.
 *
 * @param name of the volume
 * @param size if it has to be made
 */
record WantedVolume(String name, ByteSize size) {

    /**
     * Parses {@code NAME:SIZE}.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    static WantedVolume parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not NAME:SIZE, for example demo:2GiB");
        }
        return new WantedVolume(
                text.substring(0, colon), ByteSize.parse(text.substring(colon + 1)));
    }
}
