package dev.millrace.bench.torture;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Creates the unique text of each prompt, which the simulator repeats in its answer. */
final class Marker {
    private static final Pattern MARKER = Pattern.compile("q-[0-9a-f]{1,16}-[0-9]{1,9}\\.");

    /** Above all numbers of unique markers. */
    private static final int FIRST_REPEATED = 500_000_000;

    private static final int REPEATED = 8;
    private static final int MARKERS_BETWEEN = 500;

    private final String prefix;
    private final AtomicInteger numbers = new AtomicInteger();

    Marker(long seed) {
        prefix = "q-" + Long.toHexString(seed) + "-";
    }

    /** Returns a new marker; the point keeps a number from being the start of another. */
    String next() {
        return prefix + numbers.incrementAndGet() + ".";
    }

    /** Returns one of a few markers that many prompts have, and later of others. */
    String repeated(RandomGenerator random) {
        int age = numbers.get() / MARKERS_BETWEEN;
        return prefix + (FIRST_REPEATED + age * REPEATED + random.nextInt(REPEATED)) + ".";
    }

    /** Returns true for a marker that only one call has. */
    static boolean isUnique(String marker) {
        String number = marker.substring(marker.lastIndexOf('-') + 1, marker.length() - 1);
        return Integer.parseInt(number) < FIRST_REPEATED;
    }

    /** Returns the first marker in a text. */
    static Optional<String> in(String text) {
        var matcher = MARKER.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }
}
