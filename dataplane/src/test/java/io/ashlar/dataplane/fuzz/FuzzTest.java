package io.ashlar.dataplane.fuzz;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What earlier runs of {@code ops/fuzz} found is fed again, and some thousands of cases made of it.
 * A run that reaches fewer places than these numbers has lost its seeds, its corpus or its way.
 */
class FuzzTest {

    @ParameterizedTest
    @CsvSource({"handshake, 30000, 480", "transmission, 4000, 430", "wire, 10000, 520"})
    void nothingThatStrangersSendDoesHarm(String name, long most, int places) {
        Fuzzer fuzzer = new Fuzzer(Targets.of(name), Corpus.of(name), 1);
        fuzzer.run(cases -> cases < most);
        System.out.println("fuzz " + name + ": " + fuzzer);
        assertTrue(fuzzer.places() >= places, fuzzer::toString);
    }

    /**
     * Six bytes in order: 2^48 blind tries, and some thousands that are told when they get closer.
     */
    @Test
    void findsWhatTakesManySteps() {
        byte[] secret = {'A', 's', 'h', 'l', 'a', 'r'};
        FuzzTarget target =
                new FuzzTarget() {
                    @Override
                    public List<byte[]> seeds() {
                        return List.of(new byte[secret.length]);
                    }

                    @Override
                    public void run(byte[] input, Coverage coverage) {
                        int right = 0;
                        while (right < Math.min(input.length, secret.length)
                                && input[right] == secret[right]) {
                            coverage.at("right", ++right);
                        }
                        if (right == secret.length) {
                            throw new IllegalStateException("found");
                        }
                    }
                };
        Fuzzer fuzzer = new Fuzzer(target, List.of(), 1);
        assertThrows(AssertionError.class, () -> fuzzer.run(cases -> cases < 1_000_000));
    }
}
