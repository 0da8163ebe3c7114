package dev.millrace.standalone.forecast;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.fingerprint.FingerprintTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads batch files and forecasts the router's decision for each line. Holds one line in memory,
 * and the fingerprints of all jobs outside the heap, to detect repeats. Used by one thread.
 */
public final class Forecast implements AutoCloseable {
    private final MillraceConfig config;
    private final ForecastReport report;
    private final LineForecaster lines;
    private final FingerprintTable seen = FingerprintTable.temporary();
    private final @Nullable String boundTenant;
    private final SubmissionHeaders.Defaults defaults;
    private final boolean isUnderBudget;

    /** Creates a forecast of jobs that no budget limits. */
    public Forecast(
            MillraceConfig config,
            Optional<ActivePolicy> policy,
            @Nullable String boundTenant,
            Instant now,
            ForecastReport report) {
        this(config, policy, boundTenant, now, report, SubmissionHeaders.Defaults.NONE, false);
    }

    /**
     * Creates a forecast that reports to the given report.
     *
     * @param policy policy for jobs that name {@code auto}, with every ramp at its first step
     * @param boundTenant tenant of every job; null when each line names its own
     * @param now time at which deadlines are checked
     * @param defaults options of jobs whose line does not set them
     * @param isUnderBudget true if a budget limits the jobs' cost; a job without an output limit
     *     then gets one
     */
    public Forecast(
            MillraceConfig config,
            Optional<ActivePolicy> policy,
            @Nullable String boundTenant,
            Instant now,
            ForecastReport report,
            SubmissionHeaders.Defaults defaults,
            boolean isUnderBudget) {
        this.defaults = defaults;
        this.isUnderBudget = isUnderBudget;
        this.config = config;
        this.boundTenant = boundTenant;
        this.report = report;
        lines = new LineForecaster(config, RouterTopology.classifier(), policy, now);
    }

    /** Returns the tenant of the default request topic; null when each line names its own. */
    public static @Nullable String boundTenant(MillraceConfig config) {
        String requests = new Topics(config.topics().prefix()).requests();
        return config.requestTopics()
                .getOrDefault(requests, RequestTopicConfig.OPEN)
                .tenant()
                .orElse(null);
    }

    /**
     * Reads a file to the end.
     *
     * @param name name of the file and of its batch
     */
    public void read(String name, InputStream content) throws IOException {
        read(name, name, content, Long.MAX_VALUE);
    }

    /**
     * Reads the first lines of a file.
     *
     * @param maxLines number of lines to read at most, blank lines excluded, 0 or more
     * @return number of lines that were read
     */
    public long read(String name, String batch, InputStream content, long maxLines)
            throws IOException {
        long count = 0;
        try (var reader = BatchFileReader.open(name, content, config.topics().maxRequestBytes())) {
            BatchLine line = maxLines == 0 ? null : reader.next();
            while (line != null) {
                ParsedLine parsed = ParsedLine.of(line);
                JobId jobId =
                        parsed.jobId(boundTenant, parsed.options().batch() == null ? batch : null);
                report.add(
                        new LineLocation(name, line.number(), parsed.customId(), jobId),
                        forecast(jobId, parsed));
                count++;
                line = count == maxLines ? null : reader.next();
            }
        }
        return count;
    }

    /**
     * Prints the end of the report.
     *
     * @return true if every line would be sent
     */
    public boolean end() {
        return report.end();
    }

    @Override
    public void close() {
        seen.close();
    }

    private LineForecast forecast(@Nullable JobId jobId, ParsedLine line) {
        Optional<String> problem = line.problem(config.topics().maxRequestBytes());
        if (line.source().isOversize()) {
            return new LineForecast.Refused(
                    ErrorCode.VALIDATION_ERROR, problem.orElseThrow(), true);
        }
        OptionalInt earlier =
                jobId == null
                        ? OptionalInt.empty()
                        : seen.putIfAbsent(
                                FingerprintTable.fingerprint(jobId.value()), contentHash(line));
        if (earlier.isPresent()) {
            return repeat(line, earlier.getAsInt() == contentHash(line));
        }
        return line.parsed() instanceof ParseResult.Accepted(RequestLine request)
                ? forecast(Objects.requireNonNull(jobId), request)
                : new LineForecast.Refused(
                        ErrorCode.MALFORMED_REQUEST, problem.orElseThrow(), true);
    }

    private static LineForecast repeat(ParsedLine line, boolean hasEqualContent) {
        return new LineForecast.Refused(
                hasEqualContent ? ErrorCode.DUPLICATE : ErrorCode.DUPLICATE_CUSTOM_ID,
                "repeats the custom_id " + line.customId() + " of an earlier line",
                true);
    }

    /** Returns a hash of the url and the body, or of all bytes of an invalid line. */
    private static int contentHash(ParsedLine line) {
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

    private LineForecast forecast(JobId jobId, RequestLine request) {
        return lines.forecast(
                new JobRequest(
                        jobId,
                        tenant(request),
                        request.withDefaults(defaults.buy(), defaults.deadline()),
                        isUnderBudget,
                        () -> null));
    }

    private String tenant(RequestLine request) {
        String named = boundTenant == null ? request.options().tenant() : boundTenant;
        return named == null ? TenantConfig.DEFAULT_NAME : named;
    }
}
