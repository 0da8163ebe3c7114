package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.Pipeline;
import java.util.List;

/**
 * What a contender has to do, as it is told on its command line.
 *
 * @param work what each job takes
 * @param concurrency jobs worked on together at most: in flight, or threads
 */
public record Task(Kind kind, Pipeline pipeline, Work work, int concurrency) {
    /** The same as arguments of {@link ContenderProgram}. */
    public List<String> arguments() {
        return List.of(
                kind.word(),
                pipeline.bootstrap(),
                pipeline.prefix(),
                Integer.toString(pipeline.partitions()),
                work.word(),
                Integer.toString(concurrency));
    }

    static Task parse(List<String> arguments) {
        return new Task(
                Kind.of(arguments.get(0)).orElseThrow(),
                new Pipeline(
                        arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3))),
                Work.parse(arguments.get(4)),
                Integer.parseInt(arguments.get(5)));
    }

    /** Where its results go. */
    public String results() {
        return pipeline.results(kind == Kind.MILLRACE ? "" : kind.word());
    }
}
