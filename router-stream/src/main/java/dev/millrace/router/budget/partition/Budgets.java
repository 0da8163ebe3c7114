package dev.millrace.router.budget.partition;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.budget.BudgetPlanning;
import dev.millrace.router.budget.BudgetSnapshot;
import dev.millrace.router.budget.owner.BudgetOwnerStep;
import dev.millrace.router.budget.owner.OwnerMetrics;
import dev.millrace.router.budget.owner.OwnerStore;
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
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;

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
 * <p>A job that needs money for another attempt comes from retrieved, and passes from validate to
 * budget, to await-topic, and from there to its topic.
 */
public final class Budgets implements RouterFeature {
    private static final String GRANTS_IN = "grants-in";
    private static final String REPORTS_IN = "reports-in";
    static final String REPORTS = "reports";

    private final Topics topics;
    private final Duration repeatsWindow;
    private final BudgetPlanning planning;
    private final OldestWaitingJob oldestParked = new OldestWaitingJob();
    private final BudgetMetrics metrics;
    private final OwnerMetrics ownerMetrics;

    public Budgets(MillraceConfig config, Topics topics, MeterRegistry registry) {
        this(BudgetPlanning.of(config), config.router().repeatsWindow(), topics, registry);
    }

    /**
     * @param repeatsWindow time after a job's end in which further requests are repeats
     */
    Budgets(
            BudgetPlanning planning,
            Duration repeatsWindow,
            Topics topics,
            MeterRegistry registry) {
        this.planning = planning;
        this.repeatsWindow = repeatsWindow;
        this.topics = topics;
        metrics = new BudgetMetrics(registry);
        ownerMetrics = new OwnerMetrics(registry);
    }

    BudgetMetrics metrics() {
        return metrics;
    }

    OldestWaitingJob oldestParked() {
        return oldestParked;
    }

    /** Supplies the budgets in force. */
    Supplier<BudgetSnapshot> snapshots(RouterContext router) {
        return () -> planning.reading().apply(router.policies().get().control());
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
                : Optional.of(BudgetServices.STEP);
    }

    @Override
    public List<String> costNodes() {
        return List.of(BudgetServices.STEP);
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
                BudgetServices.STEP,
                () -> new TaskStep(router.backlog(), step -> new BudgetStep(router, this, step)),
                StepNames.PLAN,
                StepNames.VALIDATE,
                StepNames.SETTLE,
                GRANTS_IN);
        topology.connectProcessorAndStateStores(
                BudgetServices.STEP, StepNames.WAITING, StepNames.SEEN_JOBS);
        RouterTopics.addSink(topology, REPORTS, topics.budgetReports(), BudgetServices.STEP);
    }

    /** Its jobs can go to every later step; it writes no ends itself. */
    @Override
    public List<String> before(String node) {
        return node.equals(StepNames.OUTPUTS) ? List.of() : List.of(BudgetServices.STEP);
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
                BudgetOwnerStep.NODE,
                () ->
                        new TaskStep(
                                router.backlog(),
                                step ->
                                        new BudgetOwnerStep(
                                                router,
                                                snapshots(router),
                                                repeatsWindow,
                                                ownerMetrics,
                                                step)),
                REPORTS_IN);
        topology.addStateStore(OwnerStore.builder(), BudgetOwnerStep.NODE);
        topology.addSink(
                BudgetOwnerStep.GRANTS,
                topics.budgetGrants(),
                new ByteArraySerializer(),
                BudgetOwnerStep.GRANT_BYTES,
                BudgetOwnerStep.GRANT_PARTITION,
                BudgetOwnerStep.NODE);
        RouterTopics.addSink(
                topology, BudgetOwnerStep.STATES, topics.control(), BudgetOwnerStep.NODE);
    }
}
