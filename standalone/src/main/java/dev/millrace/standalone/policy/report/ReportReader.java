package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads the report on a policy from a running pipeline.
 *
 * @param cluster cluster of the pipeline
 * @param catalog catalog that resolves aliases
 * @param nanos ticker for the stall timeout, in nanoseconds
 */
public record ReportReader(
        PipelineClient cluster, Catalog catalog, InstantSource clock, LongSupplier nanos) {
    /** Largest difference between the clock of a worker and the clock that dated a version. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

    /**
     * Selects the contents of a report.
     *
     * @param policy name of the policy
     * @param version version as in {@code routed_by}; empty for the version in force
     * @param since time before which events are excluded; empty for every event of the version
     * @param filePolicies policies of the configuration file
     */
    public record Query(
            String policy,
            Optional<String> version,
            Optional<Instant> since,
            Map<String, Policy> filePolicies) {
        public Query {
            filePolicies = Map.copyOf(filePolicies);
        }
    }

    /**
     * Reads the report.
     *
     * @throws UserError if the policy or the version does not exist, if none of its rules has a
     *     split, or if the cluster does not answer
     */
    public PolicyReport read(Query query, ProgressLine progress) {
        var state = cluster.read();
        var history = VersionedPolicy.history(query.policy(), state, query.filePolicies());
        var version = choose(query, history);
        var isInForce = version.equals(history.getLast());
        var comparison =
                new ArmComparison(
                        query.policy(), version.version(), version.policy(), catalog::nameOf);
        if (!comparison.hasSplit()) {
            throw UserError.usage(
                    "No rule of %s %s has a split, so there are no arms to compare. Choose an earlier version with --policy-version"
                            .formatted(query.policy(), version.version()));
        }
        var extent =
                CostEventReader.read(
                        cluster,
                        from(version, query.since()),
                        nanos,
                        listener(comparison, query.since(), progress));
        var states = new RuleStateLookup(query.policy(), version, isInForce, state, catalog);
        var rules =
                comparison.figures().entrySet().stream()
                        .map(it -> states.of(it.getKey(), it.getValue()))
                        .toList();
        return new PolicyReport(
                query.policy(),
                version,
                isInForce,
                query.since(),
                measured(query, version, history, comparison),
                extent,
                rules);
    }

    private Duration measured(
            Query query,
            VersionedPolicy version,
            List<VersionedPolicy> history,
            ArmComparison comparison) {
        Instant end =
                history.stream()
                        .skip(history.indexOf(version) + 1L)
                        .findFirst()
                        .flatMap(VersionedPolicy::applied)
                        .map(AppliedPolicy::appliedAt)
                        .orElseGet(clock::instant);
        Instant applied = version.applied().map(AppliedPolicy::appliedAt).orElse(Instant.MIN);
        Instant start =
                query.since()
                        .filter(it -> it.isAfter(applied))
                        .or(() -> version.applied().map(AppliedPolicy::appliedAt))
                        .or(comparison::firstEnd)
                        .orElse(end);
        return start.isBefore(end) ? Duration.between(start, end) : Duration.ZERO;
    }

    private static VersionedPolicy choose(Query query, List<VersionedPolicy> history) {
        if (history.isEmpty()) {
            throw UserError.usage(
                    "There is no policy %s; list the policies with \"millrace policy show\""
                            .formatted(query.policy()));
        }
        if (query.version().isEmpty()) {
            return history.getLast();
        }
        var wanted = query.version().get();
        return history.stream()
                .filter(it -> it.version().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "%s has no version %s, only %s"
                                                .formatted(
                                                        query.policy(),
                                                        wanted,
                                                        history.stream()
                                                                .map(VersionedPolicy::version)
                                                                .toList())));
    }

    private static Optional<Instant> from(VersionedPolicy version, Optional<Instant> since) {
        var applied =
                version.applied().map(AppliedPolicy::appliedAt).map(it -> it.minus(MAX_CLOCK_SKEW));
        return since.filter(it -> applied.map(it::isAfter).orElse(true)).or(() -> applied);
    }

    private static CostEventReader.Listener listener(
            ArmComparison comparison, Optional<Instant> since, ProgressLine progress) {
        var first = since.orElse(Instant.MIN);
        return new CostEventReader.Listener() {
            @Override
            public void onEvent(CostEvent event, Instant at) {
                if (!at.isBefore(first)) {
                    comparison.onEvent(event, at);
                }
            }

            @Override
            public void onProgress(double fraction, long events) {
                progress.onProgress(fraction, events);
            }
        };
    }
}
