package dev.millrace.standalone.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.policy.PolicyUpdates.Rollback;
import dev.millrace.standalone.policy.RoutedJobCounter.Verdict;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Rolls a policy back and verifies the rollback by the headers of the jobs routed from then on.
 *
 * @param client client of the pipeline
 * @param catalog resolves model aliases
 * @param nanos ticker
 * @param random jitter for concurrent writers
 */
record RollbackVerifier(
        PipelineClient client, Catalog catalog, LongSupplier nanos, RandomGenerator random) {
    /**
     * Writes the rollback and verifies it.
     *
     * @param decide decides on the rollback
     * @param onWritten receives the rollback as soon as it is written
     * @param minDuration shortest time to verify; zero skips the verification
     */
    RollbackOutcome run(
            Function<ControlState, Change<Rollback>> decide,
            Consumer<Rollback> onWritten,
            Duration minDuration) {
        try (var tail = client.call(() -> JobTopicTail.open(client, nanos))) {
            var rollback = client.write(random, decide);
            var start = nanos.getAsLong();
            onWritten.accept(rollback);
            return verify(tail, rollback, start, minDuration);
        }
    }

    private RollbackOutcome verify(
            JobTopicTail tail, Rollback rollback, long start, Duration minDuration) {
        var removed = RemovedModels.of(rollback.from(), rollback.to(), catalog);
        var change = rollback.change();
        var counter = new RoutedJobCounter(change.name(), change.after(), removed, start);
        var verdict = Verdict.OPEN;
        while (tail.hasTopics() && minDuration.isPositive() && verdict == Verdict.OPEN) {
            poll(tail, counter);
            verdict = counter.verdict(minDuration, nanos.getAsLong());
        }
        return new RollbackOutcome(
                verdict != Verdict.NOT_IN_FORCE,
                counter.untilInForce(),
                counter.others(),
                counter.routed(),
                removed.models(),
                counter.routedToRemoved(),
                counter.allowedToRemoved());
    }

    private void poll(JobTopicTail tail, RoutedJobCounter counter) {
        boolean _ =
                client.call(
                        () -> {
                            tail.poll((by, model) -> counter.onJob(by, model, nanos.getAsLong()));
                            return true;
                        });
    }
}
