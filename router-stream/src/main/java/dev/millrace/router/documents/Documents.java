package dev.millrace.router.documents;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.topic.Topics;
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
import dev.millrace.router.waiting.OldestWaitingJob;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.Topology;

/** Divides documents that are too long for one call, and joins the answers to their parts. */
public final class Documents implements RouterFeature {
    private static final String PARTS_IN = "parts-in";

    private final Topics topics;
    private final RouterConfig.Cache cache;
    private final Supplier<Uuid> partsTopicId;
    private final SplitMetrics metrics;
    private final OldestWaitingJob oldest = new OldestWaitingJob();

    /**
     * @param cache settings of the answer cache for parts
     * @param partsTopicId looks up the id of the parts topic, and can block
     */
    public Documents(
            Topics topics,
            RouterConfig.Cache cache,
            Supplier<Uuid> partsTopicId,
            MeterRegistry registry) {
        this.topics = topics;
        this.cache = cache;
        this.partsTopicId = partsTopicId;
        metrics = new SplitMetrics(registry);
    }

    @Override
    public Set<FeatureOption> options() {
        return Set.of(FeatureOption.SPLIT);
    }

    @Override
    public List<FeatureTopic> topics() {
        return List.of(
                new FeatureTopic(
                        topics.parts(),
                        Use.READ,
                        "jobs whose documents are split would wait forever"));
    }

    /** Adds the step that takes jobs after their plan and budget, and reads the ends of parts. */
    @Override
    public void addBeforeRouting(Topology topology, RouterContext router) {
        RouterTopics.addSource(
                topology, PARTS_IN, new PriorityTimestampExtractor(), topics.parts());
        topology.addProcessor(
                SplitServices.STEP,
                () ->
                        new TaskStep(
                                router.backlog(),
                                step ->
                                        new SplitStep(
                                                router,
                                                topics,
                                                partsTopicId,
                                                oldest,
                                                metrics,
                                                step)),
                router.before(SplitServices.STEP, StepNames.PLAN, PARTS_IN));
        topology.connectProcessorAndStateStores(SplitServices.STEP, StepNames.WAITING);
    }

    @Override
    public List<String> before(String node) {
        return Stream.of(StepNames.AWAIT_TOPIC, StepNames.ROUTE, StepNames.BURY, StepNames.OUTPUTS)
                .filter(node::equals)
                .map(_ -> SplitServices.STEP)
                .toList();
    }

    @Override
    public PlanAddition planning(ServiceableModels models, ToIntFunction<Model> maxRecordBytes) {
        return new DocumentPlanning(models, maxRecordBytes, cache);
    }

    @Override
    public Optional<String> onPlanned(PlannedJob job) {
        return job.split() == null ? Optional.empty() : Optional.of(SplitServices.STEP);
    }

    @Override
    public LongSupplier sparing(LongSupplier lostBefore) {
        return oldest.bound(lostBefore);
    }
}
