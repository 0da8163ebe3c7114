package dev.millrace.standalone.cache;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.standalone.cache.CachedAnswerReader.CachedAnswer;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cache list}: lists cached answers. */
@Command(
        name = "list",
        sortOptions = false,
        description =
                "Lists the cached answers that match every given option, newest first, with their"
                        + " keys and the questions that similar ones are compared with.")
final class CacheListCommand implements Callable<Integer> {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 100_000;

    @Mixin private PurgeFilter answerFilter = new PurgeFilter();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Answers to list, at most 100000; default: 100.")
    private int limit = DEFAULT_LIMIT;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(names = "--json", description = "Print one JSON object per answer.")
    private boolean asJson;

    CacheListCommand() {}

    @Override
    public Integer call() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw UserError.usage("--limit: must be 1 to 100000, was " + limit);
        }
        CachePurge.Filter filter = answerFilter.filterOrAll(clusterOptions::modelName);
        PipelineClient client = clusterOptions.client();
        List<CachedAnswer> found =
                client.call(
                        () ->
                                new CachedAnswerReader(client, System::nanoTime)
                                        .newest(limit, it -> accepts(filter, it)));
        var out = Terminal.system().out();
        if (asJson) {
            found.forEach(it -> out.println(CacheJson.of(it)));
        } else {
            CachedAnswerText.of(found, limit).forEach(out::println);
        }
        return ExitCode.OK;
    }

    private static boolean accepts(CachePurge.Filter filter, CachedAnswer answer) {
        return filter.accepts(answer.info().forPurge(answer.cacheKey()));
    }
}
