package io.ashlar.common.id;

import java.util.regex.Pattern;

/**
 * Names a server: stable, chosen by the operator, unique in the cluster.
 *
 * @param name 1 to 63 of {@code a-z 0-9 -}, beginning with a letter
 */
public record ServerId(String name) implements Comparable<ServerId> {

    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    /** Checks the form of the name. */
    public ServerId {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "server name '"
                            + name
                            + "' must be 1 to 63 of a-z, 0-9 and '-', beginning with a letter");
        }
    }

    @Override
    public int compareTo(ServerId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
