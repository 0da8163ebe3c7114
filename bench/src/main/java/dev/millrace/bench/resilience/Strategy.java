package dev.millrace.bench.resilience;

import java.util.Locale;

/** A way to handle transient errors, as a configuration of the worker. */
enum Strategy {
    /** Each job has one attempt. */
    NO_RETRY("no retry", "max_attempts: 1", 0.942),

    /** Retries after at most one second. */
    CONSTANT("up to 1 s", "backoff: { initial: 1s, multiplier: 1, max: 1s }", 0.981),

    /** The worker's defaults. */
    BACKOFF("backoff with jitter", "", 0.997);

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

    /** Returns the settings of the worker, in YAML's flow style. */
    String settings() {
        return settings;
    }

    /** Returns the smallest fraction of jobs that should succeed, without tolerance for chance. */
    double target() {
        return target;
    }
}
