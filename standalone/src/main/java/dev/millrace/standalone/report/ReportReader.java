package dev.millrace.standalone.report;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.PipelineClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes a report of a running pipeline.
 *
 * @param cluster where it runs
 * @param catalog tells the models behind aliases
 * @param nanos the clock, for the time limit
 */
public record ReportReader(PipelineClient cluster, Catalog catalog, LongSupplier nanos) {
    /** Cost events bear the clocks of workers, a version that of who applied it. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    /**
     * What is asked.
     *
     * @param policy its name
     * @param version as in {@code routed_by}; absent: the one in force
     * @param since no event before that time; absent: all of the version
     * @param ofTheFile policies of the configuration
     */
    public record Question(
            String policy,
            Optional<String> version,
            Optional<Instant> since,
            Map<String, Policy> ofTheFile) {
        public Question {
            ofTheFile = Map.copyOf(ofTheFile);
        }
    }

    /**
     * Reads it.
     *
     * @throws UserError when there is no such policy or version, when none of its rules has a
     *     split, or when the cluster does not answer
     */
    public Comparison read(Question question, ProgressLine progress) {
        var state = cluster.read();
        var history = EffectivePolicy.history(question.policy(), state, question.ofTheFile());
        var version = choose(question, history);
        var isInForce = version.equals(history.getLast());
        var report =
                new ArmReport(
                        question.policy(), version.version(), version.policy(), catalog::nameOf);
        if (!report.hasSplit()) {
            throw UserError.usage(
                    "No rule of %s %s has a split: there are no arms to compare. --policy-version takes an earlier version of it"
                            .formatted(question.policy(), version.version()));
        }
        var extent =
                CostEvents.read(
                        cluster,
                        from(version, question.since()),
                        nanos,
                        listener(report, question.since(), progress));
        var now = new RulesNow(question.policy(), version, isInForce, state, catalog);
        var rules =
                report.figures().entrySet().stream()
                        .map(it -> now.of(it.getKey(), it.getValue()))
                        .toList();
        return new Comparison(
                question.policy(), version, isInForce, question.since(), extent, rules);
    }

    private static EffectivePolicy choose(Question question, List<EffectivePolicy> history) {
        if (history.isEmpty()) {
            throw UserError.usage(
                    "There is no policy %s; \"millrace policy show\" tells which there are"
                            .formatted(question.policy()));
        }
        if (question.version().isEmpty()) {
            return history.getLast();
        }
        var wanted = question.version().get();
        return history.stream()
                .filter(it -> it.version().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "%s has no version %s, only %s"
                                                .formatted(
                                                        question.policy(),
                                                        wanted,
                                                        history.stream()
                                                                .map(EffectivePolicy::version)
                                                                .toList())));
    }

    private static Optional<Instant> from(EffectivePolicy version, Optional<Instant> since) {
        var applied =
                version.applied().map(AppliedPolicy::appliedAt).map(it -> it.minus(CLOCKS_APART));
        return since.filter(it -> applied.map(it::isAfter).orElse(true)).or(() -> applied);
    }

    private static CostEvents.Listener listener(
            ArmReport report, Optional<Instant> since, ProgressLine progress) {
        var first = since.orElse(Instant.MIN);
        return new CostEvents.Listener() {
            @Override
            public void onEvent(CostEvent event, Instant at) {
                if (!at.isBefore(first)) {
                    report.onEvent(event);
                }
            }

            @Override
            public void onProgress(double part, long events) {
                progress.onProgress(part, events);
            }
        };
    }
}
