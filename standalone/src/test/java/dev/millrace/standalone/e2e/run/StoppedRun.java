package dev.millrace.standalone.e2e.run;

import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A run that is stopped in the middle and started again, and what it left.
 *
 * @param stopped the first one's end
 * @param callsBefore that the first one made
 * @param summary of the second one
 * @param results of the second one
 */
record StoppedRun(Finished stopped, long callsBefore, JsonNode summary, List<JsonNode> results) {
    static final Path INPUT = Launcher.example("support-tickets.jsonl");

    /** Calls at once; so few that the file takes some seconds. */
    static final int MAX_IN_FLIGHT = 10;

    static final Duration LATENCY = Duration.ofMillis(200);

    /** Answers after which the first run is stopped: neither at its start nor near its end. */
    private static final long ENOUGH = 40;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static StoppedRun of(Path folder, CountedProvider provider, Consumer<Running> stop) {
        provider.configure(folder, MAX_IN_FLIGHT);
        var launcher = new Launcher(folder);
        Running first = launcher.start("run", "--json", INPUT);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> provider.calls().billed() >= ENOUGH || !first.isAlive());
        stop.accept(first);
        Finished stopped = first.await();
        // A call that was cut off ends at the provider after its client.
        long before = provider.calls().calls();
        JsonNode summary = launcher.run("run", "--json", INPUT).exitsWith(0).summary();
        Path output = folder.resolve("support-tickets.results.jsonl");
        return new StoppedRun(stopped, before, summary, Batch.read(output));
    }
}
