package dev.millrace.bench.store;

import dev.millrace.bench.cluster.BenchPipeline;
import java.util.List;

/**
 * The storing of a backlog by one contender, passed as command-line arguments.
 *
 * @param pipeline topics with the records; used by the sink only
 * @param jdbcUrl URL of an empty database; empty for none yet
 * @param jobs jobs of the backlog
 * @param resultBytes size of a result, about
 * @param linesPerBatch jobs in each batch
 */
public record StoreTrial(
        StoreContender contender,
        BenchPipeline pipeline,
        String jdbcUrl,
        int jobs,
        int resultBytes,
        int linesPerBatch) {

    /** Returns the arguments of the program. */
    public List<String> arguments() {
        return List.of(
                contender.name(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                jdbcUrl,
                Integer.toString(jobs),
                Integer.toString(resultBytes),
                Integer.toString(linesPerBatch));
    }

    static StoreTrial parse(List<String> arguments) {
        return new StoreTrial(
                StoreContender.valueOf(arguments.get(0)),
                new BenchPipeline(
                        arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3))),
                arguments.get(4),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)),
                Integer.parseInt(arguments.get(7)));
    }

    /** Returns a trial with the same backlog. */
    public StoreTrial with(StoreContender other, String url) {
        return new StoreTrial(other, pipeline, url, jobs, resultBytes, linesPerBatch);
    }

    /** Returns the rows to store: a result and a cost event for each job. */
    public long rows() {
        return 2L * jobs;
    }

    /** Generates the jobs. */
    public FinishedJobs finishedJobs() {
        return new FinishedJobs(AnswerText.generate(), resultBytes, linesPerBatch);
    }
}
