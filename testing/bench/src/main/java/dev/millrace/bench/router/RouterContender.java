package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import java.util.List;
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
        return NumberedRequest.naming(this == AUTO ? Model.AUTO : BenchPipeline.MODEL, pipeline);
    }

    /** Returns the contender's output topics. */
    List<String> outputs(BenchPipeline pipeline) {
        return this == PASS
                ? List.of(pipeline.results(key()))
                : List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK));
    }

    /** Returns the name in text output. */
    String title() {
        return title;
    }

    /** Returns the name in files and topics. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
