package io.ashlar.dataplane.nbd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A key and its self-signed certificate, made by the JDK's keytool. Ed25519, because gnutls 3.7
 * reads no EC key that the JDK wrote and presents no RSA certificate to its TLS 1.3.
 */
record TestCertificates(PrivateKey key, X509Certificate certificate) {

    private static final String PASSWORD = "changeit";

    /** Makes one with this common name, for {@code localhost}. */
    static TestCertificates make(Path scratch, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = scratch.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-keyalg",
                                "Ed25519",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-ext",
                                "bc:c",
                                "-alias",
                                "it",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Key key = keys.getKey("it", PASSWORD.toCharArray());
        return new TestCertificates((PrivateKey) key, (X509Certificate) keys.getCertificate("it"));
    }

    /** Writes what a client needs who presents this certificate to a server with that one. */
    Path clientFolder(Path folder, X509Certificate server)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        pem(folder.resolve("ca-cert.pem"), "CERTIFICATE", server.getEncoded());
        pem(folder.resolve("client-cert.pem"), "CERTIFICATE", certificate.getEncoded());
        pem(folder.resolve("client-key.pem"), "PRIVATE KEY", key.getEncoded());
        return folder;
    }

    private static void pem(Path file, String kind, byte[] bytes) throws IOException {
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes);
        Files.writeString(
                file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
