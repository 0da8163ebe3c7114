package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.owner.BudgetOwner;
import dev.millrace.router.budget.owner.OwnerOutputs;
import dev.millrace.router.message.CommitTrigger;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the request partitions report about budgets, and sends on what {@link BudgetOwner}
 * decides. Requests the commits of its task.
 */
final class BudgetOwnerStep implements Processor<byte[], byte @Nullable [], byte[], Object> {
    static final Serializer<Grant> GRANT_BYTES = (topic, grant) -> grant.bytes();

    /** Selects the partition that a grant is for. */
    static final StreamPartitioner<byte[], Grant> GRANT_PARTITION =
            (topic, key, grant, count) -> Optional.of(Set.of(grant.partition()));

    private final RouterContext router;
    private final Duration repeatsWindow;
    private final CommitTrigger commits;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable BudgetOwner owner;

    /**
     * A grant for a request partition.
     *
     * @param partition from 0
     */
    record Grant(int partition, byte[] bytes) {}

    BudgetOwnerStep(RouterContext router, Duration repeatsWindow) {
        this.router = router;
        this.repeatsWindow = repeatsWindow;
        commits = new CommitTrigger(router.backlog());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        var opened =
                new BudgetOwner(
                        context.getStateStore(StepNames.ACCOUNTS),
                        repeatsWindow,
                        BudgetOwner.CLAIMED_TENANTS,
                        router.policies(),
                        router.clock(),
                        router.budget().ownerMetrics(),
                        new Outputs());
        owner = opened;
        step.every(RouterTopology.COMMIT_TICK, _ -> onTick(opened, context));
    }

    private void onTick(BudgetOwner opened, ProcessorContext<byte[], Object> context) {
        boolean hasWorked =
                router.errors()
                        .decide(StepNames.BUDGET_OWNER, null, opened::onTick, _ -> Boolean.FALSE);
        if (hasWorked) {
            commits.onWork();
        }
        commits.onTick(context::commit);
    }

    @Override
    public void close() {
        step.stop();
        if (owner != null) {
            owner.close();
        }
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        if (owner == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        BudgetOwner opened = owner;
        var origin = step.origin();
        router.backlog().onRecord(origin);
        commits.onWork();
        String account = entry.key() == null ? "" : new String(entry.key(), UTF_8);
        router.errors()
                .run(StepNames.BUDGET_OWNER, origin, () -> opened.onReport(account, entry.value()));
    }

    /** Forwards records to the sinks. */
    private final class Outputs implements OwnerOutputs {
        @Override
        public void grant(String account, int partition, ShareGrant grant) {
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
