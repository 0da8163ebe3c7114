package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.dedupe.DuplicateDetector;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.ConfiguredFeatures;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.Forwarded;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.RejectedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.policy.PolicySnapshot;
import dev.millrace.router.records.TopicLimits;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second step: forwards the first request of a job. Ends repeats as dead letters while the job is
 * unfinished and for a window after its end, which {@link JobCompletionStep} records. A job can
 * wait for a feature before it is planned.
 *
 * <p>The window counts record timestamps, so a repeat that waited in the topic while the router was
 * down is still a repeat.
 */
final class DedupeStep implements Processor<byte[], ParsedRequest, byte[], Object> {
    private final InstantSource clock;
    private final SeenJobExpiry expiry;
    private final List<RouterFeature> features;
    private final TopicLimits limits;
    private final Supplier<PolicySnapshot> policies;
    private final Set<FeatureOption> missing = EnumSet.allOf(FeatureOption.class);
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable DuplicateDetector duplicates;

    DedupeStep(
            InstantSource clock,
            SeenJobExpiry expiry,
            List<RouterFeature> features,
            TopicLimits limits,
            Supplier<PolicySnapshot> policies,
            InternalErrors errors) {
        this.clock = clock;
        this.expiry = expiry;
        this.features = features;
        this.limits = limits;
        this.policies = policies;
        features.forEach(it -> missing.removeAll(it.options()));
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        duplicates = new DuplicateDetector(context.getStateStore(StepNames.SEEN_JOBS), expiry);
    }

    @Override
    public void process(Record<byte[], ParsedRequest> entry) {
        ParsedRequest request = entry.value();
        RoutingMessage next =
                errors.decide(
                        StepNames.DEDUPE,
                        request.origin(),
                        () -> next(entry),
                        message -> request.toDeadLetter(ErrorCode.INTERNAL_ERROR, message));
        if (next instanceof ParsedRequest) {
            Forwarded forwarded = afterArrival(entry);
            step.forwardTo(forwarded.node(), forwarded.entry());
        } else {
            step.forwardTo(StepNames.BURY, entry.withValue(next));
        }
    }

    /** Returns the next node of a job's first request. */
    private Forwarded afterArrival(Record<byte[], ParsedRequest> entry) {
        return refusal(entry.value())
                .map(it -> new Forwarded(StepNames.REFUSE, entry.withValue(it)))
                .or(() -> toFeature(entry))
                .orElseGet(() -> new Forwarded(StepNames.PLAN, entry));
    }

    private Optional<Forwarded> toFeature(Record<byte[], ParsedRequest> entry) {
        return features.stream()
                .flatMap(it -> it.onArrival(entry, limits, clock.millis()).stream())
                .findFirst();
    }

    /** Refuses a request that needs a feature which this router does not have. */
    private Optional<RejectedJob> refusal(ParsedRequest request) {
        return request.content() instanceof ValidContent(var line)
                ? missing.stream()
                        .filter(it -> it.isIn(line, request.identity().batchLimitUsd()))
                        .findFirst()
                        .map(FeatureOption::missing)
                        .or(() -> unappliedLimit(request.identity()))
                        .map(request::toRejected)
                : Optional.empty();
    }

    private Optional<Rejection> unappliedLimit(JobIdentity job) {
        return missing.contains(FeatureOption.BATCH_LIMIT)
                ? ConfiguredFeatures.missing(policies.get().control(), job)
                : Optional.empty();
    }

    private RoutingMessage next(Record<byte[], ParsedRequest> entry) {
        if (duplicates == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        ParsedRequest request = entry.value();
        ErrorCode repeat = duplicates.onRequest(request, entry.timestamp(), clock.millis());
        return repeat == null ? request : deadLetter(request, repeat);
    }

    private static RoutingMessage deadLetter(ParsedRequest request, ErrorCode repeat) {
        JobIdentity identity = request.identity();
        String content = repeat == ErrorCode.DUPLICATE ? "the same content" : "different content";
        return request.toDeadLetter(
                repeat,
                "custom_id \""
                        + identity.customId()
                        + "\" of batch \""
                        + identity.batch()
                        + "\" was already submitted, with "
                        + content);
    }
}
