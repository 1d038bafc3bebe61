package io.ashlar.dataplane.nbd;

/**
 * A pattern in which {@code *} stands for any characters, none included. Takes at most the product
 * of both lengths, whatever a client calls itself or asks for; a regular expression would take that
 * to the power of the stars.
 */
record Glob(String pattern) {

    boolean matches(String text) {
        int at = 0;
        int from = 0;
        int star = -1;
        int resume = 0;
        while (from < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = from;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(from)) {
                at++;
                from++;
            } else if (star >= 0) { // the last star takes one character more
                at = star + 1;
                from = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
