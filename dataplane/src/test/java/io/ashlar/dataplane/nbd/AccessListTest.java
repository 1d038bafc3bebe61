package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, by the lines of a file. */
class AccessListTest {

    private static final AccessList RULES =
            AccessList.parse(
                    List.of(
                            "# client   volume   what",
                            "db-1       db-*     rw",
                            "",
                            "backup     db-9     none # not this one",
                            "backup     *        ro",
                            "anonymous  public   ro",
                            "*          pub.ic   rw"));

    @TempDir static Path scratch;
    private static AccessRules.Client db1;
    private static AccessRules.Client backup;
    private static AccessRules.Client namedAnonymous;
    private static final AccessRules.Client NOBODY = client(Optional.empty());

    @BeforeAll
    static void makeClients() throws Exception {
        db1 = client(Optional.of(TestCertificates.make(scratch, "db-1")));
        backup = client(Optional.of(TestCertificates.make(scratch, "backup")));
        namedAnonymous = client(Optional.of(TestCertificates.make(scratch, "anonymous")));
    }

    private static AccessRules.Client client(Optional<TestCertificates> proof) {
        return new AccessRules.Client(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                proof.map(TestCertificates::certificate));
    }

    @Test
    void theFirstLineThatFitsDecides() {
        assertEquals(Access.READ_WRITE, RULES.access(db1, "db-7"));
        assertEquals(Access.NONE, RULES.access(backup, "db-9"));
        assertEquals(Access.READ_ONLY, RULES.access(backup, "db-7"));
    }

    @Test
    void whereNoLineFitsThereIsNoAccess() {
        assertEquals(Access.NONE, RULES.access(db1, "web"));
        assertEquals(Access.NONE, RULES.access(NOBODY, "db-7"));
    }

    @Test
    void aDotIsADot() {
        assertEquals(Access.READ_WRITE, RULES.access(NOBODY, "pub.ic"));
        assertEquals(Access.READ_ONLY, RULES.access(NOBODY, "public"));
    }

    @Test
    void aCertificateCannotNameNobody() {
        assertEquals(Access.NONE, RULES.access(namedAnonymous, "public"));
    }

    @Test
    void namesTheLineThatIsNoRule() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> AccessList.parse(List.of("a b rw", "a b write")));
        assertTrue(String.valueOf(e.getMessage()).contains("line 2"), e::getMessage);
    }
}
