package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.contracts.job.Lane;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The task of one contender, passed as command-line arguments.
 *
 * @param commitMillis commit interval in milliseconds
 * @param state folder of the contender's state
 */
record RouterTask(RouterContender contender, BenchPipeline pipeline, int commitMillis, Path state) {
    /** Returns the arguments for {@link RouterContenderProgram}. */
    List<String> arguments() {
        return List.of(
                contender.key(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(commitMillis),
                state.toString());
    }

    static RouterTask parse(List<String> arguments) {
        return new RouterTask(
                RouterContender.valueOf(arguments.get(0).toUpperCase(Locale.ROOT)),
                new BenchPipeline(
                        arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3))),
                Integer.parseInt(arguments.get(4)),
                Path.of(arguments.get(5)));
    }

    /** Creates a reader of the contender's output that returns request numbers. */
    CommittedReader reader() {
        return new CommittedReader(
                pipeline, outputs(), output -> NumberedRequest.number(output.value()));
    }

    /** Returns the contender's output topics. */
    List<String> outputs() {
        return contender == RouterContender.PASS
                ? List.of(pipeline.results(RouterContender.PASS.key()))
                : List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK));
    }
}
