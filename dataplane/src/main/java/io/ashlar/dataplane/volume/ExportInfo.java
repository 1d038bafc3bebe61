package io.ashlar.dataplane.volume;

/**
 * A volume as a front end offers it.
 *
 * @param name what clients ask for
 * @param sizeBytes its size
 */
public record ExportInfo(String name, long sizeBytes) {}
