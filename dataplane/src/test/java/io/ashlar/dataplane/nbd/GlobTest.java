package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Globs of access rules. */
class GlobTest {

    private final Random random = new Random(1);

    private String word(String letters, int most) {
        StringBuilder word = new StringBuilder();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    @Test
    void matchesWhatTheRegularExpressionWould() {
        int matched = 0;
        for (int i = 0; i < 100_000; i++) {
            String glob = word("ab*.", 6);
            String text = word("ab.*", 8);
            Pattern expression = Pattern.compile("\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E");
            boolean expected = expression.matcher(text).matches();
            assertEquals(expected, new Glob(glob).matches(text), glob + " and " + text);
            matched += expected ? 1 : 0;
        }
        assertTrue(matched > 5_000 && matched < 50_000, matched + " matched");
    }

    /** A regular expression takes hours for this. */
    @Test
    @Timeout(5)
    void isNotHeldUpByTheLongestName() {
        assertFalse(new Glob("*a*a*a*a*a*b").matches("a".repeat(Text.MAX_BYTES)));
    }
}
