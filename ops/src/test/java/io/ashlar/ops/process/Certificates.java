package io.ashlar.ops.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Certificates of a cluster and of its clients, made by openssl. */
final class Certificates {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path root;

    private Certificates(Path root) {
        this.root = root;
    }

    /** An authority for daemons, one for clients, and the daemons' certificate for 127.0.0.1. */
    static Certificates make(Path root) {
        Certificates made = new Certificates(root);
        made.authority(made.daemons(), "ca", "cluster");
        made.authority(made.daemons(), "client-ca", "clients");
        made.signed(made.daemons(), "", "ca", "daemon");
        return made;
    }

    /** What {@code --tls} takes. */
    Path daemons() {
        return directory("daemons");
    }

    /** What a libnbd client takes that proves to have this name. */
    Path client(String name) {
        Path home = directory(name);
        signed(home, "client-", "client-ca", name);
        copy(daemons().resolve("ca.pem"), home.resolve("ca-cert.pem"));
        return home;
    }

    private Path directory(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void authority(Path home, String name, String common) {
        openssl(home.resolve(name + ".key"), home.resolve(name + ".pem"), common, List.of());
    }

    private void signed(Path home, String prefix, String authority, String common) {
        openssl(
                home.resolve(prefix + "key.pem"),
                home.resolve(prefix + "cert.pem"),
                common,
                List.of(
                        "-CA",
                        daemons().resolve(authority + ".pem").toString(),
                        "-CAkey",
                        daemons().resolve(authority + ".key").toString(),
                        "-addext",
                        "basicConstraints=critical,CA:FALSE",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1"));
    }

    private static void openssl(Path key, Path certificate, String common, List<String> more) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + common,
                                "-keyout",
                                key.toString(),
                                "-out",
                                certificate.toString()));
        command.addAll(more);
        Program.run(LIMIT, command.toArray(String[]::new));
    }
}
