package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import java.util.Locale;

/** The contenders of {@code bench router}. */
enum RouterContender {
    /** A Kafka Streams topology with exactly-once that copies each record unchanged. */
    PASS("bare Streams pass-through"),

    /** Millrace's router with requests that name their model. */
    NAMED("Millrace, model named"),

    /** Millrace's router with requests whose model the shipped policy chooses. */
    AUTO("Millrace, model chosen");

    private final String title;

    RouterContender(String title) {
        this.title = title;
    }

    /** Returns a factory of this contender's requests. */
    JobFactory requests(BenchPipeline pipeline) {
        return this == AUTO ? NumberedRequest.auto(pipeline) : NumberedRequest.named(pipeline);
    }

    /** Returns the name in text output. */
    String title() {
        return title;
    }

    /** Returns the name in files and JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
