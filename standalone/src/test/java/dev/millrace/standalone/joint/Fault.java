package dev.millrace.standalone.joint;

import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.mutation.TopicMutation;
import dev.millrace.worker.simulation.mutation.TransactionMutation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A fault that is planted between the services and the cluster, or in the workers. */
enum Fault {
    NONE(0),
    /** A paused router commits after its successor has started. */
    ROUTER_NOT_FENCED(22),
    /** A router writes its records without the offsets that it has read. */
    ROUTER_OFFSETS_FORGOTTEN(1),
    /** A new router finds empty stores. */
    ROUTER_STATE_LOST(1),
    /** A new router settles the cost events again that its predecessor has settled. */
    SETTLED_TWICE(3),
    /** Two results of a transaction have each other's answers. */
    ANSWERS_SWAPPED(1),
    /** A gateway also sends the router the calls that it has written to the lane express. */
    EXPRESS_CALLS_ROUTED(0),
    /** The offsets in the database are ahead of the rows when a sink is killed. */
    SINK_OFFSET_AHEAD(54),
    /** A worker's aborted records are read like committed ones. */
    ABORTED_RECORDS_READ(1),
    LEDGER_FORGOTTEN(1, TopicMutation.FORGET_LEDGER),
    INTENTS_SKIPPED(1, TransactionMutation.SKIP_INTENTS),
    OFFSETS_COMMITTED_FIRST(15, TransactionMutation.COMMIT_OFFSETS_FIRST),
    WRITTEN_TWICE(0, TransactionMutation.WRITE_TWICE);

    private final long seed;

    private final @Nullable TopicMutation ofTopics;
    private final @Nullable TransactionMutation ofTransactions;

    Fault(long seed) {
        this(seed, null, null);
    }

    Fault(long seed, TopicMutation ofTopics) {
        this(seed, ofTopics, null);
    }

    Fault(long seed, TransactionMutation ofTransactions) {
        this(seed, null, ofTransactions);
    }

    Fault(
            long seed,
            @Nullable TopicMutation ofTopics,
            @Nullable TransactionMutation ofTransactions) {
        this.seed = seed;
        this.ofTopics = ofTopics;
        this.ofTransactions = ofTransactions;
    }

    /** Returns the first seed whose history finds the fault. */
    long seed() {
        return seed;
    }

    /** Returns the fault in the workers, which only the services around them can find. */
    Optional<Mutation> ofWorkers() {
        return Optional.<Mutation>ofNullable(ofTopics)
                .or(() -> Optional.ofNullable(ofTransactions));
    }
}
