package dev.millrace.bench.torture;

import static dev.millrace.bench.torture.FaultKind.BROKER_KILL;
import static dev.millrace.bench.torture.FaultKind.DATABASE_KILL;
import static dev.millrace.bench.torture.FaultKind.KILL;
import static dev.millrace.bench.torture.FaultKind.SUSPEND_LONG;

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
            "(Job)boolean",
            "worker",
            "costs differ from the ledger") {
        @Override
        Object run(MethodHandle original, Object[] call) {
            return ((Job) call[1]).isUncalled();
        }
    },

    /** A worker commits offsets and ledgers in one transaction, and their outputs in the next. */
    COMMIT_BEFORE_PRODUCE(
            "dev.millrace.worker.kafka.KafkaResultLog.commit",
            "(ResultLog$Transaction)ResultLog$Commit",
            "worker",
            "jobs without a result") {
        @Override
        Object run(MethodHandle original, Object[] call) throws Throwable {
            var all = (Transaction) call[1];
            var offsets = new Transaction(List.of(), all.offsets(), all.group());
            Object first = original.invoke(call[0], offsets);
            return first instanceof Commit.Done ? original.invoke(call[0], all) : first;
        }
    },

    /**
     * A worker can commit for partitions that another worker has taken over. Its commits take 200
     * ms longer, so that a suspension falls into one.
     */
    NO_FENCING(
            "dev.millrace.worker.kafka.KafkaJobSource.groupMetadata",
            "()ConsumerGroupMetadata",
            "worker",
            "jobs with several results|costs differ from the ledger") {
        @Override
        Object run(MethodHandle original, Object[] call) throws Throwable {
            var member = (ConsumerGroupMetadata) original.invoke(call[0]);
            Thread.sleep(200);
            // The constructor without a member is deprecated.
            return ConsumerGroupMetadata.class
                    .getConstructor(String.class)
                    .newInstance(member.groupId());
        }
    },

    /** A sink commits its offsets, and the rows in a later transaction. */
    OFFSETS_AHEAD_OF_DATABASE(
            "dev.millrace.store.database.DatabaseWriter.store",
            "(StoreTransaction)WriteOutcome",
            "sink",
            "rows of results that differ") {
        @Override
        Object run(MethodHandle original, Object[] call) throws Throwable {
            var all = (StoreTransaction) call[1];
            var offsets = new StoreTransaction(List.of(), all.offsetChanges());
            Object first = original.invoke(call[0], offsets);
            return first instanceof WriteOutcome.Done
                    ? original.invoke(call[0], new StoreTransaction(all.rows(), List.of()))
                    : first;
        }
    },

    /** What a job leaves of its reservation is given back to its budget twice. */
    BUDGET_SETTLED_TWICE(
            "dev.millrace.router.budget.Lease.unreserve",
            "(BigDecimal)Lease",
            "router",
            "budgets") {
        @Override
        @Nullable Object run(MethodHandle original, Object[] call) throws Throwable {
            return original.invoke(original.invoke(call[0], call[1]), call[1]);
        }
    },

    /** Tenants share answers, although the configuration forbids it. */
    CACHE_KEY_WITHOUT_TENANT(
            "dev.millrace.router.cache.key.CacheKeys.digest",
            "(String,RequestLine,Model,Long,CanonicalBody)String",
            "router",
            "another tenant") {
        @Override
        @Nullable Object run(MethodHandle original, Object[] call) throws Throwable {
            call[1] = "anyone";
            return original.invokeWithArguments(call);
        }
    };

    private final String target;
    private final String type;
    private final String victims;
    private final String problem;

    Plant(String target, String type, String victims, String problem) {
        this.target = target;
        this.type = type;
        this.victims = victims;
        this.problem = problem;
    }

    /**
     * Runs instead of the original method.
     *
     * @param call the receiver and the arguments
     */
    abstract @Nullable Object run(MethodHandle original, Object[] call) throws Throwable;

    /** Returns the name of the class whose method is replaced. */
    String owner() {
        return target.substring(0, target.lastIndexOf('.'));
    }

    String method() {
        return target.substring(target.lastIndexOf('.') + 1);
    }

    /** Returns the types of the method's arguments and of its value, by their simple names. */
    String type() {
        return type;
    }

    /** Returns the command of the services that faults harm. */
    String victims() {
        return victims;
    }

    /** Returns a pattern of the problem that reveals this. */
    String problem() {
        return problem;
    }

    /** Returns the faults that reveal this. */
    Set<FaultKind> faults() {
        return switch (this) {
            case COMMIT_BEFORE_PRODUCE -> EnumSet.of(KILL, BROKER_KILL);
            case NO_FENCING -> EnumSet.of(SUSPEND_LONG);
            case OFFSETS_AHEAD_OF_DATABASE -> EnumSet.of(KILL, DATABASE_KILL);
            case LEDGER_SKIPPED, BUDGET_SETTLED_TWICE, CACHE_KEY_WITHOUT_TENANT -> EnumSet.of(KILL);
        };
    }

    /** Returns the name used in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
