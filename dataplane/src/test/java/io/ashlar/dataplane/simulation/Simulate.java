package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command line: {@code ops/simulate}. */
final class Simulate {

    private static final int TRACE_SHOWN = 200;

    private Simulate() {}

    /** Runs seeds; exits with 1 if one of them finds a violation. */
    public static void main(String[] args) {
        Map<String, String> options = parse(args);
        long from = number(options, "--from", 1);
        boolean clean;
        if (options.containsKey("--planted")) {
            clean =
                    planted(
                            options.getOrDefault("--planted", ""),
                            from,
                            number(options, "--seeds", 2000));
        } else if (options.containsKey("--replay")) {
            clean = replay(number(options, "--replay", 0), (int) number(options, "--lines", 0));
        } else if (options.containsKey("--minutes")) {
            long end = System.nanoTime() + number(options, "--minutes", 1) * Nanos.seconds(60);
            clean = seeds(from, Long.MAX_VALUE, end);
        } else {
            clean = seeds(from, from + number(options, "--seeds", 1000), Long.MAX_VALUE);
        }
        System.exit(clean ? 0 : 1);
    }

    private static Map<String, String> parse(String[] args) {
        Map<String, String> options = new HashMap<>();
        List<String> left = new ArrayList<>(List.of(args));
        while (!left.isEmpty()) {
            String option = left.removeFirst();
            boolean hasValue = !left.isEmpty() && !left.getFirst().startsWith("--");
            options.put(option, hasValue ? left.removeFirst() : "");
        }
        return options;
    }

    private static long number(Map<String, String> options, String name, long otherwise) {
        String text = options.getOrDefault(name, "");
        return text.isEmpty() ? otherwise : Long.parseLong(text);
    }

    private static boolean replay(long seed, int lines) {
        int shown = lines > 0 ? lines : TRACE_SHOWN;
        Simulation.Outcome outcome = Simulation.run(seed, Plant.NONE, shown);
        report(outcome);
        return outcome.clean();
    }

    /** Runs each planted bug (or the one named) until a checker finds it. */
    private static boolean planted(String only, long from, long atMost) {
        boolean allFound = true;
        for (PlantedBug bug : PlantedBug.values()) {
            if (only.isEmpty() || only.equals(bug.name())) {
                allFound &= search(bug, from, atMost);
            }
        }
        return allFound;
    }

    private static boolean search(PlantedBug bug, long from, long atMost) {
        for (long n = 1; n <= atMost; n++) {
            Optional<Violation> found = Simulation.run(from + n - 1, bug.plant()).violation();
            if (found.isPresent()) {
                System.out.printf(
                        "%-30s found      %5d seeds, by %s%n", bug, n, found.get().check());
                return true;
            }
        }
        System.out.printf("%-30s NOT FOUND  %5d seeds%n", bug, atMost);
        return false;
    }

    private static boolean seeds(long from, long to, long end) {
        long began = System.nanoTime();
        long run = 0;
        long answers = 0;
        long virtual = 0;
        Map<String, List<Long>> violations = new HashMap<>();
        for (long seed = from; seed < to && System.nanoTime() - end < 0; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, Plant.NONE);
            run++;
            answers += outcome.answers();
            virtual += outcome.virtualNanos();
            outcome.violation()
                    .ifPresent(v -> {
                        List<Long> seeds =
                                violations.computeIfAbsent(v.check(), c -> new ArrayList<>());
                        seeds.add(outcome.seed());
                        if (seeds.size() == 1) {
                            report(outcome);
                        }
                    });
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%d seeds, %d violations, %.1f seeds/s, %.1f answers and %.1f virtual seconds a"
                        + " seed%n",
                run,
                violations.values().stream().mapToInt(List::size).sum(),
                run / seconds,
                (double) answers / run,
                virtual / 1e9 / run);
        violations.forEach((check, seeds) -> System.out.println("  " + check + ": " + seeds));
        return violations.isEmpty();
    }

    private static void report(Simulation.Outcome outcome) {
        System.out.println(outcome.report());
        outcome.violation()
                .map(Violation::getCause)
                .ifPresent(cause -> cause.printStackTrace(System.out));
    }
}
