package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.owner.BudgetOwner;
import dev.millrace.router.budget.owner.OwnerOutputs;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request partitions' reports about budgets, and sends the decisions of {@link
 * BudgetOwner}. Requests the commits of its task.
 */
final class BudgetOwnerStep implements TaskStep.Task {
    static final Serializer<Grant> GRANT_BYTES = (topic, grant) -> grant.bytes();

    /** Selects the partition that a grant is for. */
    static final StreamPartitioner<byte[], Grant> GRANT_PARTITION =
            (topic, key, grant, count) -> Optional.of(Set.of(grant.partition()));

    private final RouterContext router;
    private final TaskStep step;
    private final BudgetOwner owner;

    /**
     * A grant for a request partition.
     *
     * @param partition from 0
     */
    record Grant(int partition, byte[] bytes) {}

    private BudgetOwnerStep(
            RouterContext router, Duration repeatsWindow, int partitions, TaskStep step) {
        this.router = router;
        this.step = step;
        owner =
                new BudgetOwner(
                        step.store(StepNames.ACCOUNTS),
                        repeatsWindow,
                        partitions,
                        BudgetOwner.CLAIMED_TENANTS,
                        router.policies(),
                        router.clock(),
                        router.budget().ownerMetrics(),
                        new Outputs());
    }

    static TaskStep of(RouterContext router, Duration repeatsWindow, int partitions) {
        return new TaskStep(
                router.backlog(),
                step -> new BudgetOwnerStep(router, repeatsWindow, partitions, step));
    }

    @Override
    public boolean onTick() {
        return router.errors().check(StepNames.BUDGET_OWNER, owner::onTick);
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
        router.errors().run(StepNames.BUDGET_OWNER, origin, () -> owner.onReport(account, report));
    }

    /** Forwards records to the sinks. */
    private final class Outputs implements OwnerOutputs {
        @Override
        public void grant(String account, int partition, LeaseGrant grant) {
            step.forwardTo(
                    StepNames.GRANTS,
                    new Record<>(
                            account.getBytes(UTF_8),
                            new Grant(partition, grant.toBytes()),
                            router.clock().millis()));
        }

        @Override
        public void state(ControlRecord published) {
            step.forwardTo(
                    StepNames.BUDGET_STATES,
                    new Record<byte[], @Nullable Object>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }
    }
}
