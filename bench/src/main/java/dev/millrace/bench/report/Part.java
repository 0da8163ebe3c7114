package dev.millrace.bench.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be measured. */
public enum Part {
    /** Throughput with work that takes no time. */
    WORK_0MS("0ms"),
    WORK_10MS("10ms"),
    WORK_100MS("100ms"),
    /** Throughput with a provider that answers at once. */
    HTTP("http"),
    /** How near throughput comes to jobs in flight ÷ latency. */
    IDEAL("ideal"),
    /** How much later than submitted a result is to be seen. */
    LATENCY("latency");

    private final String word;

    Part(String word) {
        this.word = word;
    }

    /** For options, files and tables. */
    public String word() {
        return word;
    }

    public static Optional<Part> of(String word) {
        return Arrays.stream(values())
                .filter(it -> it.word.equals(word.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
