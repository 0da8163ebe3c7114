package dev.millrace.bench.torture;

import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.StoreTransaction;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A fault of the product that {@link PlantAgent} puts into the services, so that a run shows that
 * the checker finds it. Each replaces one method, whose original it can call.
 */
enum Plant {
    /** First calls start before their intents are committed, as if standing ones covered them. */
    LEDGER_SKIPPED(
            "dev.millrace.worker.commit.StandingIntents.covers",
            (_, call) -> ((Job) call[1]).isUncalled(),
            new Proof("w", EnumSet.of(FaultKind.KILL), "costs differ from the ledger")),

    /** A worker commits offsets and ledgers in one transaction, and their outputs in the next. */
    COMMIT_BEFORE_PRODUCE(
            "dev.millrace.worker.kafka.KafkaResultLog.commit",
            (original, call) -> {
                var all = (Transaction) call[1];
                var offsets = new Transaction(List.of(), all.offsets(), all.group());
                Object first = original.invoke(call[0], offsets);
                return first instanceof Commit.Done ? original.invoke(call[0], all) : first;
            },
            new Proof(
                    "w",
                    EnumSet.of(FaultKind.KILL, FaultKind.BROKER_KILL),
                    "jobs without a result")),

    /** A worker can commit for partitions that another worker has taken over. */
    NO_FENCING(
            "dev.millrace.worker.kafka.KafkaJobSource.groupMetadata",
            (original, call) -> {
                var member = (ConsumerGroupMetadata) original.invoke(call[0]);
                // The constructor without a member is deprecated.
                return ConsumerGroupMetadata.class
                        .getConstructor(String.class)
                        .newInstance(member.groupId());
            },
            new Proof("w", EnumSet.of(FaultKind.SUSPEND_LONG), "jobs with several results")),

    /** A sink commits its offsets, and the rows in a later transaction. */
    OFFSETS_AHEAD_OF_DATABASE(
            "dev.millrace.store.database.DatabaseWriter.store",
            (original, call) -> {
                var all = (StoreTransaction) call[1];
                var offsets = new StoreTransaction(List.of(), all.offsetChanges());
                Object first = original.invoke(call[0], offsets);
                return first instanceof WriteOutcome.Done
                        ? original.invoke(call[0], new StoreTransaction(all.rows(), List.of()))
                        : first;
            },
            new Proof(
                    "s",
                    EnumSet.of(FaultKind.KILL, FaultKind.DATABASE_KILL),
                    "rows of results that differ")),

    /** What a job leaves of its reservation is given back to its budget twice. */
    BUDGET_SETTLED_TWICE(
            "dev.millrace.router.budget.partition.ActiveLease.unreserve",
            (original, call) -> {
                original.invoke(call[0], call[1]);
                return original.invoke(call[0], call[1]);
            },
            new Proof("r", EnumSet.of(FaultKind.KILL), "budgets")),

    /** Tenants share answers, although the configuration forbids it. */
    CACHE_KEY_WITHOUT_TENANT(
            "dev.millrace.router.cache.key.CacheKeys.digest",
            (original, call) -> {
                call[1] = "anyone";
                return original.invokeWithArguments(call);
            },
            new Proof("r", EnumSet.of(FaultKind.KILL), "another tenant"));

    private final String target;
    private final Body body;
    private final Proof proof;

    /** The method that replaces another. */
    interface Body {
        /**
         * Runs instead of the original method.
         *
         * @param call the receiver and the arguments
         */
        @Nullable Object run(MethodHandle original, Object[] call) throws Throwable;
    }

    /**
     * What reveals a plant.
     *
     * @param victims beginning of the names of the services that faults harm
     * @param problem part of the text of the problem
     */
    record Proof(String victims, Set<FaultKind> faults, String problem) {}

    Plant(String target, Body body, Proof proof) {
        this.target = target;
        this.body = body;
        this.proof = proof;
    }

    /** Returns the name of the class whose method is replaced. */
    String owner() {
        return target.substring(0, target.lastIndexOf('.'));
    }

    String method() {
        return target.substring(target.lastIndexOf('.') + 1);
    }

    Body body() {
        return body;
    }

    Proof proof() {
        return proof;
    }

    /** Returns the name used in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
