package dev.millrace.standalone.run;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.ConfigException;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Parsed;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Offer;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.policy.LivePolicy;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input and says what a run would do, without a call: the models by the router's own
 * rules, tokens and cost by estimate, and every problem. Problems go out as they are met; only the
 * ids of the jobs are held, to find repeats.
 */
public final class DryRun {
    private final RunSettings settings;
    private final MillraceConfig config;
    private final Terminal terminal;
    private final Instant now;
    private final Planner planner;
    private final Classifier classifier = Classifier.load();
    private final DryReport report;

    /**
     * @param now for the deadlines of jobs
     */
    public DryRun(
            RunSettings settings,
            MillraceConfig config,
            Terminal terminal,
            Instant now,
            boolean json) {
        this.settings = settings;
        this.config = config;
        this.terminal = terminal;
        this.now = now;
        planner =
                new Planner(
                        Offer.of(config),
                        _ -> Optional.empty(),
                        classifier,
                        () -> LivePolicy.ofFile(config));
        report = json ? DryReport.json(terminal) : DryReport.text(terminal);
    }

    /**
     * Reads all and prints the report.
     *
     * @return whether no line has a problem
     */
    public boolean print() throws IOException {
        long left = settings.limit();
        for (InputFile file : settings.files()) {
            var seen = new HashSet<JobId>();
            try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                BatchLine line = left == 0 ? null : reader.next();
                while (line != null) {
                    read(file, ParsedLine.of(line), seen);
                    left--;
                    line = left == 0 ? null : reader.next();
                }
            }
        }
        sayMissingSecrets();
        return report.end();
    }

    private void read(InputFile file, ParsedLine line, Set<JobId> seen) {
        report.onLine();
        String problem = problem(line, seen);
        if (problem != null) {
            report.onProblem(file.name(), line.source().number(), problem);
        }
    }

    private @Nullable String problem(ParsedLine line, Set<JobId> seen) {
        JobId jobId = line.jobId(settings.boundTenant(), null);
        if (line.source().isOversize()) {
            return "has %,d bytes, at most %,d"
                    .formatted(line.source().size(), settings.maxLineBytes());
        }
        if (jobId != null && !seen.add(jobId)) {
            return "repeats the custom_id " + line.customId() + " of an earlier line";
        }
        return switch (line.parsed()) {
            case Parsed.Malformed(String reason) -> reason;
            case Parsed.Unacceptable unacceptable -> unacceptable.message();
            case Parsed.Accepted(RequestLine request) ->
                    switch (planner.plan(job(line, jobId, request), now)) {
                        case Plan.Refused refused ->
                                refused.error().code() + ": " + refused.message();
                        case Plan.Routed routed -> {
                            estimate(request, routed.model());
                            yield null;
                        }
                    };
        };
    }

    private JobRequest job(ParsedLine line, @Nullable JobId jobId, RequestLine request) {
        String said = settings.boundTenant();
        String tenant = said == null ? request.options().tenant() : said;
        return new JobRequest(
                Objects.requireNonNull(jobId, line::customId),
                tenant == null ? TenantConfig.DEFAULT_NAME : tenant,
                request);
    }

    private void estimate(RequestLine line, Model model) {
        Profile profile = classifier.classify(line, now);
        long input = profile.inputTokens(model).estimate();
        OptionalLong output = profile.outputTokens(model).atMost();
        BigDecimal least = model.price().costOf(TokenUsage.of(input, 0));
        BigDecimal most = model.price().costOf(TokenUsage.of(input, output.orElse(0)));
        report.onJob(model.name(), input, output, least, most);
    }

    private void sayMissingSecrets() {
        try {
            Reach.requireReady(config, report.models());
        } catch (ConfigException e) {
            e.problems().forEach(problem -> terminal.say(problem.toString()));
        }
    }
}
