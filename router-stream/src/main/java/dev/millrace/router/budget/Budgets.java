package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.budget.BudgetSnapshot.Planning;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.FeatureTopic;
import dev.millrace.router.feature.RouterFeature.Use;
import dev.millrace.router.feature.RouterTopics;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.records.RequestTimestampExtractor;
import dev.millrace.router.waiting.OldestWaitingJob;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reserves money for jobs with a highest cost, and lends the money of budgets to partitions:
 *
 * <pre>
 * plan, validate, settle ─► budget ─► await-topic
 *                grants ─►    └────► reports
 *
 * reports ─► budget-owner ─► grants
 *                   └──────► control (states of budgets)
 * </pre>
 *
 * <p>{@link Reserve} decides how much a job needs and whether it is covered, {@link Settle} turns
 * it into spent and free money, {@link PartitionBudgets} parks the others, and {@link
 * AccountLeases} lends. {@link Lease} has the states of lent money.
 *
 * <p>A job that needs money for another attempt comes from retrieved, and passes from validate to
 * budget, to await-topic, and from there to its topic.
 */
public final class Budgets implements RouterFeature {
    private static final String GRANTS_IN = "grants-in";
    private static final String REPORTS_IN = "reports-in";
    static final String REPORTS = "reports";

    /** The step of the owner, and its sinks. */
    private static final String OWNER = "budget-owner";

    private static final String GRANTS_OUT = "grants";
    private static final String STATES_OUT = "budget-states";

    /** A grant for a request partition. */
    private record Grant(int partition, byte[] bytes) {}

    private final Topics topics;
    private final Duration repeatsWindow;
    private final Planning planning;
    private final OldestWaitingJob oldestParked = new OldestWaitingJob();
    private final BudgetMetrics metrics;

    public Budgets(MillraceConfig config, Topics topics, MeterRegistry registry) {
        this(BudgetSnapshot.planning(config), config.router().repeatsWindow(), topics, registry);
    }

    /**
     * @param repeatsWindow time after a job's end in which further requests are repeats
     */
    Budgets(Planning planning, Duration repeatsWindow, Topics topics, MeterRegistry registry) {
        this.planning = planning;
        this.repeatsWindow = repeatsWindow;
        this.topics = topics;
        metrics = new BudgetMetrics(registry);
    }

    BudgetMetrics metrics() {
        return metrics;
    }

    OldestWaitingJob oldestParked() {
        return oldestParked;
    }

    /** Returns the budgets in force. */
    BudgetSnapshot inForce(RouterContext router) {
        return planning.reading().apply(router.policies().get().control());
    }

    @Override
    public Set<FeatureOption> options() {
        return Set.of(FeatureOption.BATCH_LIMIT);
    }

    @Override
    public List<FeatureTopic> topics() {
        return List.of(
                new FeatureTopic(topics.budgetReports(), Use.READ, null),
                new FeatureTopic(
                        topics.budgetGrants(), Use.READ, "jobs under a budget would wait forever"));
    }

    @Override
    public PlanAddition planning(ServiceableModels models, ToIntFunction<Model> maxRecordBytes) {
        return planning;
    }

    @Override
    public Optional<String> onPlanned(PlannedJob job) {
        return job.headers().costLimit() == null
                ? Optional.empty()
                : Optional.of(PartitionBudgets.STEP);
    }

    @Override
    public List<String> costNodes() {
        return List.of(PartitionBudgets.STEP);
    }

    @Override
    public void onRoutedLater(KeyValueStore<Bytes, byte[]> waiting, JobId job, long nowMillis) {
        BudgetStore.onRoutedLater(waiting, job, nowMillis);
    }

    @Override
    public LongSupplier sparing(LongSupplier lostBefore) {
        return oldestParked.bound(lostBefore);
    }

    /** Adds the step that reserves and settles money. */
    @Override
    public void addBeforeRouting(Topology topology, RouterContext router) {
        RouterTopics.addSource(
                topology, GRANTS_IN, new PriorityTimestampExtractor(), topics.budgetGrants());
        topology.addProcessor(
                PartitionBudgets.STEP,
                () -> new TaskStep(router.backlog(), step -> new BudgetStep(router, this, step)),
                StepNames.PLAN,
                StepNames.VALIDATE,
                StepNames.SETTLE,
                GRANTS_IN);
        topology.connectProcessorAndStateStores(
                PartitionBudgets.STEP, StepNames.WAITING, StepNames.SEEN_JOBS);
        RouterTopics.addSink(topology, REPORTS, topics.budgetReports(), PartitionBudgets.STEP);
    }

    /** Its jobs can go to every later step; it writes no ends itself. */
    @Override
    public List<String> before(String node) {
        return node.equals(StepNames.OUTPUTS) ? List.of() : List.of(PartitionBudgets.STEP);
    }

    /** Adds the steps behind the topic of budget reports, which has one partition. */
    @Override
    public void addTo(Topology topology, RouterContext router) {
        RouterTopics.addSource(
                topology,
                REPORTS_IN,
                new RequestTimestampExtractor(router.clock()),
                topics.budgetReports());
        topology.addProcessor(
                OWNER,
                () -> new TaskStep(router.backlog(), step -> new OwnerStep(router, this, step)),
                REPORTS_IN);
        topology.addStateStore(OwnerStore.builder(), OWNER);
        topology.<byte[], Grant>addSink(
                GRANTS_OUT,
                topics.budgetGrants(),
                new ByteArraySerializer(),
                (_, grant) -> grant.bytes(),
                (_, _, grant, _) -> Optional.of(Set.of(grant.partition())),
                OWNER);
        RouterTopics.addSink(topology, STATES_OUT, topics.control(), OWNER);
    }

    /**
     * Reads the request partitions' reports about budgets, and sends the decisions of {@link
     * BudgetOwner}. Requests the commits of its task.
     */
    private static final class OwnerStep implements TaskStep.Task, BudgetOwner.Outputs {
        private final RouterContext router;
        private final TaskStep step;
        private final BudgetOwner owner;

        OwnerStep(RouterContext router, Budgets feature, TaskStep step) {
            this.router = router;
            this.step = step;
            owner =
                    new BudgetOwner(
                            step.store(OwnerStore.NAME),
                            feature.repeatsWindow,
                            router.partitions().most(),
                            BudgetOwner.CLAIMED_TENANTS,
                            () -> feature.inForce(router),
                            router.clock(),
                            feature.metrics,
                            this);
        }

        @Override
        public boolean onTick() {
            return router.errors().check(OWNER, owner::onTick);
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
            router.errors().run(OWNER, origin, () -> owner.onReport(account, report));
        }

        @Override
        public void grant(String account, int partition, LeaseGrant grant) {
            step.forwardTo(
                    GRANTS_OUT,
                    new Record<>(
                            account.getBytes(UTF_8),
                            new Grant(partition, grant.toBytes()),
                            router.clock().millis()));
        }

        @Override
        public void state(ControlRecord published) {
            step.forwardTo(
                    STATES_OUT,
                    new Record<byte[], @Nullable Object>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }
    }
}
