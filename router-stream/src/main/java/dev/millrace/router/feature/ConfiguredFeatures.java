package dev.millrace.router.feature;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.KeyLimit;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds settings that only a feature applies, which a router without it must not ignore. */
public final class ConfiguredFeatures {
    private ConfiguredFeatures() {}

    /** Returns which setting needs a feature that is missing; empty if none does. */
    public static Optional<String> missing(
            MillraceConfig config, Collection<RouterFeature> features, Classifier classifier) {
        boolean hasBudgets =
                features.stream().anyMatch(it -> it.options().contains(FeatureOption.BATCH_LIMIT));
        Stream<String> budgets =
                config.tenants().entrySet().stream()
                        .filter(it -> !hasBudgets && it.getValue().budget().isPresent())
                        .map(it -> "tenants." + it.getKey() + ".budget")
                        .map(FeatureOption.BATCH_LIMIT::missing);
        Stream<String> policies =
                config.policies().entrySet().stream()
                        .flatMap(
                                policy ->
                                        classifier.refusal(policy.getValue()).stream()
                                                .map(
                                                        it ->
                                                                "policies."
                                                                        + policy.getKey()
                                                                        + ": "
                                                                        + it));
        return Stream.concat(budgets, policies).sorted().findFirst();
    }

    /**
     * Returns which limit in control a router without budgets would not apply to a job; empty if
     * none.
     */
    public static Optional<Rejection> missing(ControlState control, JobIdentity job) {
        return Stream.<ControlKey.Limit>concat(
                        Stream.of(
                                new TenantLimit(job.tenant()),
                                new BatchLimit(job.tenant(), job.batch())),
                        Stream.ofNullable(job.apiKey()).map(key -> new KeyLimit(job.tenant(), key)))
                .filter(control.budgets().limits()::containsKey)
                .map(ControlKey::text)
                .map(FeatureOption.BATCH_LIMIT::missing)
                .map(it -> new Rejection(ErrorCode.VALIDATION_ERROR, it, null))
                .findFirst();
    }
}
