package io.ashlar.dataplane.fuzz;

import java.util.List;

/**
 * Something pure that reads bytes from strangers. Throws on anything that it should not do,
 * whatever the bytes.
 */
public interface FuzzTarget {

    /** Well-formed inputs to begin with. */
    List<byte[]> seeds();

    /** Feeds one input and notes where it led. */
    void run(byte[] input, Coverage coverage);
}
