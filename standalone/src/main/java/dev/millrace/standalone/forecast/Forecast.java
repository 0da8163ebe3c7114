package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.RequestTopicConfig;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Offer;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.WorstCase;
import dev.millrace.router.policy.LivePolicy;
import dev.millrace.standalone.fingerprint.FingerprintTable;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads batch files and says of each line what the router would do with it. Holds one line, and the
 * fingerprints of all jobs, outside the heap, to find repeats. One thread.
 */
public final class Forecast implements AutoCloseable {
    private final MillraceConfig config;
    private final Instant now;
    private final Report report;
    private final Classifier classifier;
    private final Planner planner;
    private final FingerprintTable seen = new FingerprintTable();
    private final @Nullable String boundTenant;

    /**
     * @param policy of jobs that leave the choice to the router; every ramp at its first step
     * @param boundTenant whose all jobs are; null when the lines say so themselves
     * @param now for the deadlines of jobs
     */
    public Forecast(
            MillraceConfig config,
            Optional<LivePolicy> policy,
            @Nullable String boundTenant,
            Instant now,
            Report report) {
        this.config = config;
        this.boundTenant = boundTenant;
        this.now = now;
        this.report = report;
        classifier = Classifier.load();
        planner = new Planner(Offer.of(config), _ -> Optional.empty(), classifier, () -> policy);
    }

    /** Whose all jobs of the usual request topic are; null when the lines say so themselves. */
    public static @Nullable String boundTenant(MillraceConfig config) {
        String usual = new Topics(config.topics().prefix()).requests();
        return config.requestTopics()
                .getOrDefault(usual, RequestTopicConfig.OPEN)
                .tenant()
                .orElse(null);
    }

    /**
     * Reads one file to its end.
     *
     * @param name of the file, which is the name of its batch as well
     */
    public void read(String name, InputStream content) throws IOException {
        read(name, name, content, Long.MAX_VALUE);
    }

    /**
     * Reads the first lines of one file.
     *
     * @param most lines that are read, blank ones not counted, 0 or more
     * @return how many were
     */
    public long read(String name, String batch, InputStream content, long most) throws IOException {
        long lines = 0;
        try (var reader = new BatchFileReader(content, config.topics().maxRequestBytes())) {
            BatchLine line = most == 0 ? null : reader.next();
            while (line != null) {
                ParsedLine parsed = ParsedLine.of(line);
                report.add(
                        new Line(name, line.number(), parsed.customId()), destiny(batch, parsed));
                lines++;
                line = lines == most ? null : reader.next();
            }
        }
        return lines;
    }

    /**
     * Prints what is told at the end.
     *
     * @return whether every line would be sent
     */
    public boolean end() {
        return report.end();
    }

    @Override
    public void close() {
        seen.close();
    }

    private Destiny destiny(String batch, ParsedLine line) {
        JobId jobId = line.jobId(boundTenant, line.options().batch() == null ? batch : null);
        if (line.source().isOversize()) {
            return new Destiny.Refused(
                    ErrorCode.VALIDATION_ERROR,
                    "has %,d bytes, at most %,d"
                            .formatted(line.source().size(), config.topics().maxRequestBytes()),
                    true);
        }
        OptionalInt earlier =
                jobId == null
                        ? OptionalInt.empty()
                        : seen.putIfAbsent(FingerprintTable.of(jobId.value()), content(line));
        if (earlier.isPresent()) {
            return repeat(line, earlier.getAsInt() == content(line));
        }
        return switch (line.parsed()) {
            case ParseResult.Malformed(String reason) -> malformed(reason);
            case ParseResult.Unacceptable unacceptable -> malformed(unacceptable.message());
            case ParseResult.Accepted(RequestLine request) ->
                    destiny(Objects.requireNonNull(jobId), request);
        };
    }

    private static Destiny repeat(ParsedLine line, boolean isSame) {
        return new Destiny.Refused(
                isSame ? ErrorCode.DUPLICATE : ErrorCode.DUPLICATE_CUSTOM_ID,
                "repeats the custom_id " + line.customId() + " of an earlier line",
                true);
    }

    /** Equal for the same url and body; of a line that cannot be accepted, for the same bytes. */
    private static int content(ParsedLine line) {
        return switch (line.parsed()) {
            case ParseResult.Accepted(RequestLine request) ->
                    ByteBuffer.wrap(
                                            request.bytes(),
                                            request.body().start(),
                                            request.body().length())
                                    .hashCode()
                            ^ request.endpoint().url().hashCode();
            case ParseResult.Malformed _, ParseResult.Unacceptable _ ->
                    Arrays.hashCode(line.value());
        };
    }

    private static Destiny malformed(String reason) {
        return new Destiny.Refused(ErrorCode.MALFORMED_REQUEST, reason, true);
    }

    private Destiny destiny(JobId jobId, RequestLine request) {
        return switch (planner.plan(new JobRequest(jobId, tenant(request), request), now)) {
            case Plan.Refused refused ->
                    new Destiny.Refused(refused.error(), refused.message(), false);
            case Plan.Routed routed -> destiny(routed, classifier.classify(request, now));
        };
    }

    private String tenant(RequestLine request) {
        String said = boundTenant == null ? request.options().tenant() : boundTenant;
        return said == null ? TenantConfig.DEFAULT_NAME : said;
    }

    private static Destiny destiny(Plan.Routed routed, Profile profile) {
        Model model = routed.model();
        long input = profile.inputTokens(model).estimate();
        long output = profile.outputTokens(model).estimate();
        return new Destiny.Routed(
                profile,
                routed.routedBy(),
                model,
                input,
                output,
                model.price().costOf(TokenUsage.of(input, output)),
                WorstCase.of(model, profile).usd(),
                most(routed.chain(), profile));
    }

    private static Optional<BigDecimal> most(List<Model> chain, Profile profile) {
        BigDecimal most = BigDecimal.ZERO;
        for (Model model : chain) {
            Optional<BigDecimal> usd = WorstCase.of(model, profile).usd();
            if (usd.isEmpty()) {
                return Optional.empty();
            }
            most = most.max(usd.get());
        }
        return Optional.of(most);
    }
}
