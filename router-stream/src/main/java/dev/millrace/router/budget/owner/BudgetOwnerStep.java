package dev.millrace.router.budget.owner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.BudgetSnapshot;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.TaskStep;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request partitions' reports about budgets, and sends the decisions of {@link
 * BudgetOwner}. Requests the commits of its task.
 */
public final class BudgetOwnerStep implements TaskStep.Task {
    /** Name of the step for metrics and messages. */
    public static final String NODE = "budget-owner";

    /** The sink of grants. */
    public static final String GRANTS = "grants";

    /** The sink of the states of budgets. */
    public static final String STATES = "budget-states";

    public static final Serializer<Grant> GRANT_BYTES = (topic, grant) -> grant.bytes();

    /** Selects the partition that a grant is for. */
    public static final StreamPartitioner<byte[], Grant> GRANT_PARTITION =
            (topic, key, grant, count) -> Optional.of(Set.of(grant.partition()));

    private final RouterContext router;
    private final TaskStep step;
    private final BudgetOwner owner;

    /**
     * A grant for a request partition.
     *
     * @param partition from 0
     */
    public record Grant(int partition, byte[] bytes) {}

    /**
     * @param budgets supplies the budgets in force
     * @param repeatsWindow time after a job's end in which further requests are repeats
     */
    public BudgetOwnerStep(
            RouterContext router,
            Supplier<BudgetSnapshot> budgets,
            Duration repeatsWindow,
            OwnerMetrics metrics,
            TaskStep step) {
        this.router = router;
        this.step = step;
        owner =
                new BudgetOwner(
                        step.store(OwnerStore.NAME),
                        repeatsWindow,
                        router.partitions().most(),
                        BudgetOwner.CLAIMED_TENANTS,
                        budgets,
                        router.clock(),
                        metrics,
                        new Outputs());
    }

    @Override
    public boolean onTick() {
        return router.errors().check(NODE, owner::onTick);
    }

    @Override
    public void close() {
        owner.close();
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        var origin = step.onRecord();
        String account = entry.key() == null ? "" : new String(entry.key(), UTF_8);
        byte[] report = entry.value() instanceof byte[] bytes ? bytes : null;
        router.errors().run(NODE, origin, () -> owner.onReport(account, report));
    }

    /** Forwards records to the sinks. */
    private final class Outputs implements OwnerOutputs {
        @Override
        public void grant(String account, int partition, LeaseGrant grant) {
            step.forwardTo(
                    GRANTS,
                    new Record<>(
                            account.getBytes(UTF_8),
                            new Grant(partition, grant.toBytes()),
                            router.clock().millis()));
        }

        @Override
        public void state(ControlRecord published) {
            step.forwardTo(
                    STATES,
                    new Record<byte[], @Nullable Object>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }
    }
}
