package dev.millrace.bench.router;

import dev.millrace.bench.cluster.JobMaker;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.cluster.Pipeline;
import java.util.Locale;

/** Who is compared. */
enum Way {
    /** Kafka Streams under exactly-once: each record to another topic, as it is. */
    PASS("bare Streams pass-through"),

    /** Millrace's router, with requests that name their model. */
    NAMED("Millrace, model named"),

    /** The same with requests that leave the choice to it: the shipped policy. */
    AUTO("Millrace, model chosen");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    /** What it is given. */
    JobMaker requests(Pipeline pipeline) {
        return this == AUTO ? NumberedRequest.auto(pipeline) : NumberedRequest.named(pipeline);
    }

    /** For a person. */
    String title() {
        return title;
    }

    /** For options and files. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
