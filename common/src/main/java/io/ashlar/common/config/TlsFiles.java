package io.ashlar.common.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a process proves itself with and whom it believes, as PEM files.
 *
 * @param certificate its own, with those between it and the authority behind it
 * @param key the private key, PKCS#8, not encrypted
 * @param authority signs the certificates of this cluster's processes and of nothing else: who has
 *     one is trusted with all data
 * @param clientAuthority signs the certificates of NBD clients; without it they have none
 */
public record TlsFiles(Path certificate, Path key, Path authority, Optional<Path> clientAuthority) {

    /**
     * {@code cert.pem}, {@code key.pem}, {@code ca.pem} and, where it exists, {@code client-ca.pem}
     * of a directory.
     *
     * @throws IllegalArgumentException naming the file that cannot be read
     */
    public static TlsFiles in(Path directory) {
        Path clients = directory.resolve("client-ca.pem");
        return new TlsFiles(
                readable(directory.resolve("cert.pem")),
                readable(directory.resolve("key.pem")),
                readable(directory.resolve("ca.pem")),
                Files.exists(clients) ? Optional.of(readable(clients)) : Optional.empty());
    }

    private static Path readable(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "TLS needs " + file.toAbsolutePath() + ", which cannot be read");
        }
        return file;
    }
}
