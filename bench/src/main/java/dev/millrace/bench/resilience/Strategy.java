package dev.millrace.bench.resilience;

import java.time.Duration;
import java.util.Locale;

/** A way to handle transient errors, as a configuration of the worker. */
enum Strategy {
    /** Each job has one attempt. */
    NO_RETRY("no retry", "max_attempts: 1", 0.942),

    /** Retries after at most one second. */
    CONSTANT("up to 1 s", "backoff: { initial: 1s, multiplier: 1, max: 1s }", 0.981),

    /** Retries after the worker's default waits. */
    BACKOFF("backoff with jitter", "", 0.997),

    /** The worker's defaults. */
    BREAKER("breaker + backoff", "", 0.999);

    /** Failures neither open a breaker nor use up a budget. */
    private static final String UNBROKEN =
            "breaker: { failure_rate: 100 }, retry_budget: { ratio: 100 }, ";

    private final String title;
    private final String settings;
    private final double target;

    Strategy(String title, String settings, double target) {
        this.title = title;
        this.settings = settings;
        this.target = target;
    }

    /** Returns the name in text output. */
    String title() {
        return title;
    }

    /** Returns the name in files and JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the settings of the worker, in YAML's flow style.
     *
     * @param openFor time until the first trial call of a breaker
     */
    String settings(Duration openFor) {
        return switch (this) {
            case NO_RETRY, CONSTANT, BACKOFF -> UNBROKEN + settings;
            case BREAKER -> "breaker: { open_for: " + openFor.toMillis() + "ms }";
        };
    }

    /** Returns the smallest fraction of jobs that should succeed, without tolerance for chance. */
    double target() {
        return target;
    }
}
