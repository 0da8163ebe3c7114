package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.contracts.job.Lane;
import java.util.List;

/**
 * The task of a contender, passed as command-line arguments.
 *
 * @param work work of each job
 * @param concurrency maximum number of concurrent jobs, in flight or by threads
 */
public record ContenderTask(
        Contender contender, BenchPipeline pipeline, Work work, int concurrency) {
    /** Returns the arguments for {@link ContenderProgram}. */
    public List<String> arguments() {
        return List.of(
                contender.name(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                work.key(),
                Integer.toString(concurrency));
    }

    static ContenderTask parse(String... arguments) {
        return new ContenderTask(
                Contender.valueOf(arguments[0]),
                new BenchPipeline(arguments[1], arguments[2], Integer.parseInt(arguments[3])),
                Work.parse(arguments[4]),
                Integer.parseInt(arguments[5]));
    }

    /** Returns the contender's results topic. */
    public String results() {
        return pipeline.results(contender.isMillrace() ? "" : contender.toString());
    }

    List<String> jobTopics() {
        return List.of(pipeline.jobs(Lane.NORMAL));
    }

    BareClients clients() {
        return new BareClients(pipeline.bootstrap(), pipeline.prefix() + contender);
    }
}
