package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.BenchPipeline;
import java.util.List;

/**
 * The task of a contender, passed as command-line arguments.
 *
 * @param work work of each job
 * @param concurrency maximum number of concurrent jobs, in flight or by threads
 * @param hasLimits whether Millrace has limits, which it does not reach
 */
public record ContenderTask(
        Contender contender,
        BenchPipeline pipeline,
        Work work,
        int concurrency,
        boolean hasLimits) {
    /** Creates a task without limits. */
    public ContenderTask(Contender contender, BenchPipeline pipeline, Work work, int concurrency) {
        this(contender, pipeline, work, concurrency, false);
    }

    /** Returns the arguments for {@link ContenderProgram}. */
    public List<String> arguments() {
        return List.of(
                contender.key(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                work.key(),
                Integer.toString(concurrency),
                Boolean.toString(hasLimits));
    }

    static ContenderTask parse(List<String> arguments) {
        return new ContenderTask(
                Contender.of(arguments.get(0)).orElseThrow(),
                new BenchPipeline(
                        arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3))),
                Work.parse(arguments.get(4)),
                Integer.parseInt(arguments.get(5)),
                Boolean.parseBoolean(arguments.get(6)));
    }

    /** Returns the contender's results topic. */
    public String results() {
        return pipeline.results(contender == Contender.MILLRACE ? "" : contender.key());
    }
}
