package io.ashlar.dataplane.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The command behind {@code ops/fuzz}. */
final class Fuzz {

    private static final PrintStream OUT = System.out;
    private static final String USAGE =
            "usage: fuzz --minutes M [--target handshake|transmission|wire] [--seed S] [--save"
                    + " DIR]";

    private double minutes;
    private List<String> targets = Targets.NAMES;
    private long seed = new Random().nextLong(1L << 31);
    private Path saved = Path.of("");

    private Fuzz() {}

    public static void main(String[] arguments) throws IOException {
        Fuzz fuzz = new Fuzz();
        try {
            fuzz.parse(arguments);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            OUT.println(USAGE);
            System.exit(2);
        }
        System.exit(fuzz.run() ? 0 : 1);
    }

    private void parse(String[] arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        while (!words.isEmpty()) {
            String option = words.removeFirst();
            String value = words.removeFirst();
            switch (option) {
                case "--minutes" -> minutes = Double.parseDouble(value);
                case "--target" -> targets = List.of(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--save" -> saved = Path.of(value);
                default -> throw new IllegalArgumentException(option);
            }
        }
        if (minutes <= 0 || !Targets.NAMES.containsAll(targets)) {
            throw new IllegalArgumentException("nothing to do");
        }
    }

    /** Shares the time among the targets. */
    private boolean run() throws IOException {
        boolean clean = true;
        for (String name : targets) {
            long share = (long) (minutes * TimeUnit.MINUTES.toNanos(1) / targets.size());
            long end = System.nanoTime() + share;
            try {
                FuzzTarget target = Targets.of(name);
                Fuzzer fuzzer = new Fuzzer(target, Corpus.of(name), seed);
                fuzzer.run(_ -> System.nanoTime() < end);
                OUT.println(name + " (seed " + seed + "): " + fuzzer);
                save(name, fuzzer.found());
            } catch (AssertionError e) {
                clean = false;
                OUT.println(name + " (seed " + seed + "):");
                e.printStackTrace(OUT);
            }
        }
        return clean;
    }

    private void save(String name, List<byte[]> found) throws IOException {
        if (!saved.toString().isEmpty()) {
            List<byte[]> all = new ArrayList<>(Corpus.of(name));
            all.addAll(found);
            Corpus.save(saved.resolve(name + ".txt"), all);
        }
    }
}
