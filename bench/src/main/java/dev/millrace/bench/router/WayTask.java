package dev.millrace.bench.router;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.contracts.job.Lane;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What one way has to do, as it is told on its command line.
 *
 * @param commitMillis longest time between two commits
 * @param state where its state is
 */
record WayTask(Way way, Pipeline pipeline, int commitMillis, Path state) {
    /** The same as arguments of {@link WayProgram}. */
    List<String> arguments() {
        return List.of(
                way.word(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                Integer.toString(commitMillis),
                state.toString());
    }

    static WayTask parse(List<String> arguments) {
        return new WayTask(
                Way.valueOf(arguments.get(0).toUpperCase(Locale.ROOT)),
                new Pipeline(
                        arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3))),
                Integer.parseInt(arguments.get(4)),
                Path.of(arguments.get(5)));
    }

    /** Of what it writes, each with the number of its request. */
    CommittedReader reader() {
        return new CommittedReader(
                pipeline, outputs(), output -> NumberedRequest.number(output.value()));
    }

    /** Where what it writes goes. */
    List<String> outputs() {
        return way == Way.PASS
                ? List.of(pipeline.results(Way.PASS.word()))
                : List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK));
    }
}
