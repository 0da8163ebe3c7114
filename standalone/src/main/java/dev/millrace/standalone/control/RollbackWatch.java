package dev.millrace.standalone.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.control.PolicyDecisions.Rollback;
import dev.millrace.standalone.control.RoutingTally.Verdict;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Takes a policy back and sees by the headers of the jobs that come from then on that it has been.
 *
 * @param cluster where
 * @param catalog tells the models behind aliases
 * @param nanos the clock
 * @param chance for who writes
 */
public record RollbackWatch(
        ControlledCluster cluster, Catalog catalog, LongSupplier nanos, RandomGenerator chance) {
    /**
     * Writes and watches.
     *
     * @param decide the rollback
     * @param told is told of it as soon as it is written
     * @param least how long to watch at the least; zero: not at all
     */
    public RolledBack run(
            Function<ControlState, Change<Rollback>> decide,
            Consumer<Rollback> told,
            Duration least) {
        try (var tail = cluster.ask(() -> JobTopicTail.open(cluster))) {
            var rollback = cluster.write(chance, decide);
            var start = nanos.getAsLong();
            told.accept(rollback);
            return watch(tail, rollback, start, least);
        }
    }

    private RolledBack watch(JobTopicTail tail, Rollback rollback, long start, Duration least) {
        var removed = RemovedModels.of(rollback.from(), rollback.to(), catalog);
        var change = rollback.change();
        var tally = new RoutingTally(change.name(), change.after(), removed, start);
        var verdict = Verdict.OPEN;
        while (tail.hasTopics() && least.isPositive() && verdict == Verdict.OPEN) {
            poll(tail, tally);
            verdict = tally.verdict(least, nanos.getAsLong());
        }
        return new RolledBack(
                verdict != Verdict.NOT_IN_FORCE,
                tally.untilInForce(),
                tally.others(),
                tally.routed(),
                removed.models(),
                tally.routedToRemoved(),
                tally.allowedToRemoved());
    }

    private void poll(JobTopicTail tail, RoutingTally tally) {
        boolean _ =
                cluster.ask(
                        () -> {
                            tail.poll((by, model) -> tally.onJob(by, model, nanos.getAsLong()));
                            return true;
                        });
    }
}
