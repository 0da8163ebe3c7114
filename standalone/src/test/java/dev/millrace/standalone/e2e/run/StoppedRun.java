package dev.millrace.standalone.e2e.run;

import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.worker.capacity.SlotBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A run that is stopped midway and then repeated.
 *
 * @param stopped the first run
 * @param callsBefore number of calls of the first run
 * @param summary summary of the second run
 * @param results results of the second run
 */
record StoppedRun(Finished stopped, long callsBefore, JsonNode summary, List<JsonNode> results) {
    static final Path INPUT = Launcher.example("support-tickets.jsonl");

    /** Low enough that the run takes some seconds. */
    private static final int MAX_IN_FLIGHT = 10;

    /** Maximum number of concurrent calls, overdraft included. */
    static final int MAX_CALLS =
            new SlotBounds(MAX_IN_FLIGHT, Catalog.shipped().models().size()).hardBound();

    static final Duration LATENCY = Duration.ofMillis(200);

    /** Answers after which the first run is stopped: well after its start and before its end. */
    private static final long ANSWERS_BEFORE_STOP = 40;

    static StoppedRun of(Path folder, CountedProvider provider, Consumer<Running> stop) {
        provider.configure(folder, MAX_IN_FLIGHT);
        var launcher = new Launcher(folder);
        Running first = launcher.start("run", "--json", INPUT);
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> provider.calls().billed() >= ANSWERS_BEFORE_STOP || !first.isAlive());
        stop.accept(first);
        Finished stopped = first.await();
        // The provider counts an aborted call only when the call ends there, after its client.
        long before = provider.calls().calls();
        JsonNode summary = launcher.run("run", "--json", INPUT).exitsWith(0).summary();
        Path output = folder.resolve("support-tickets.results.jsonl");
        return new StoppedRun(stopped, before, summary, Batch.read(output));
    }
}
