package io.ashlar.dataplane.fuzz;

import io.ashlar.dataplane.nbd.HandshakeFuzz;
import io.ashlar.dataplane.nbd.TransmissionFuzz;
import io.ashlar.dataplane.net.WireFuzz;
import java.util.List;

/** Everything there is to fuzz, by name. */
final class Targets {

    static final List<String> NAMES = List.of("handshake", "transmission", "wire");

    private Targets() {}

    static FuzzTarget of(String name) {
        return switch (name) {
            case "handshake" -> new HandshakeFuzz();
            case "transmission" -> new TransmissionFuzz();
            case "wire" -> new WireFuzz();
            default -> throw new IllegalArgumentException("no target " + name);
        };
    }
}
