package dev.millrace.bench.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The measurements of {@code bench worker}. */
public enum Measurement {
    /** Throughput with work that takes no time. */
    WORK_0MS("0ms"),
    WORK_10MS("10ms"),
    WORK_100MS("100ms"),
    /** Throughput with a provider that answers at once. */
    HTTP("http"),
    /** Throughput relative to jobs in flight ÷ latency. */
    IDEAL("ideal"),
    /** Time from submission until the result is visible. */
    LATENCY("latency"),
    /** Throughput of Millrace with limits that are never reached, and without limits. */
    LIMITS("limits");

    private final String key;

    Measurement(String key) {
        this.key = key;
    }

    /** Returns the name used in options, files and tables. */
    public String key() {
        return key;
    }

    public static Optional<Measurement> of(String key) {
        return Arrays.stream(values())
                .filter(it -> it.key.equals(key.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
