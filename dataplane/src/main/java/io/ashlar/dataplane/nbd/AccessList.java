package io.ashlar.dataplane.nbd;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Access rules as a list of lines, the first that fits decides, and where none fits there is no
 * access:
 *
 * <pre>
 * # client     volume    what
 * db-1         db-*      rw
 * backup       *         ro
 * anonymous    public    ro
 * </pre>
 *
 * <p>A client is known by the common name of the certificate that it proved by TLS; {@code
 * anonymous} is one without. {@code *} stands for any characters, {@code none} for no access.
 */
public final class AccessList implements AccessRules {

    private static final String ANONYMOUS = "anonymous";
    private static final Map<String, Access> WORDS =
            Map.of("rw", Access.READ_WRITE, "ro", Access.READ_ONLY, "none", Access.NONE);

    private record Rule(Glob client, Glob volume, Access access) {}

    private final List<Rule> rules;

    private AccessList(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads the lines of a file.
     *
     * @throws IllegalArgumentException naming the line that is no rule
     */
    public static AccessList parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                rules.add(rule(line, i + 1));
            }
        }
        return new AccessList(rules);
    }

    private static Rule rule(String line, int number) {
        String[] words = line.split("\\s+", -1);
        Access access = words.length == 3 ? WORDS.get(words[2]) : null;
        if (access == null) {
            throw new IllegalArgumentException(
                    "line "
                            + number
                            + " is not 'CLIENT VOLUME rw', '... ro' or '... none': '"
                            + line
                            + "'");
        }
        return new Rule(new Glob(words[0]), new Glob(words[1]), access);
    }

    @Override
    public Access access(Client client, String volume) {
        String name = client.certificate().flatMap(AccessList::commonName).orElse("");
        for (Rule rule : rules) {
            if (fits(rule.client, name) && rule.volume.matches(volume)) {
                return rule.access;
            }
        }
        return Access.NONE;
    }

    /** Nobody becomes anonymous, or the other way round, by a name in a certificate. */
    private static boolean fits(Glob wanted, String name) {
        if (name.isEmpty()) {
            return wanted.matches(ANONYMOUS);
        }
        return !name.equals(ANONYMOUS) && wanted.matches(name);
    }

    private static Optional<String> commonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
