package dev.millrace.contracts.result;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The readable headers of a job's unreadable record. The job id is enough to notify the router of
 * the job's end; without a notification, the router would wait for the job forever.
 *
 * @param attempts calls before the current model
 * @param attemptUsd the highest cost of an attempt at the current model; 0 if unknown
 */
public record UnreadableRecord(
        JobFacts job, int attempts, BigDecimal billedUsd, BigDecimal attemptUsd) {
    /**
     * Maximum length of a header's value. A header can contain anything, and its value must fit
     * into a cost record.
     */
    private static final int MAX_CHARS = 1_000;

    /**
     * Reads the headers; empty if they do not name the job.
     *
     * @param lane the lane in which the job waited; null for none
     */
    public static Optional<UnreadableRecord> read(Headers headers, @Nullable Lane lane) {
        return read(headers, MillraceHeaders.JOB_ID, JobId::new)
                .map(
                        id ->
                                new UnreadableRecord(
                                        job(headers, id, lane),
                                        read(headers, MillraceHeaders.ATTEMPTS, Short::valueOf)
                                                .filter(it -> it >= 0)
                                                .map(Short::intValue)
                                                .orElse(0),
                                        usd(headers, MillraceHeaders.INHERITED_USD),
                                        attemptUsd(headers)));
    }

    /**
     * Returns the calls that were made for the job.
     *
     * @param more calls that the headers do not count
     */
    public Calls calls(int more) {
        return new Calls(
                job.route().to(), null, attempts + more, billedUsd, JobTimes.withoutCall(0), null);
    }

    private static JobFacts job(Headers headers, JobId id, @Nullable Lane lane) {
        return new JobFacts(
                new BatchJob(
                        id,
                        text(headers, MillraceHeaders.TENANT).orElse(""),
                        text(headers, MillraceHeaders.BATCH).orElse("")),
                null,
                new Route(
                        text(headers, MillraceHeaders.ROUTED_BY).orElse(null),
                        text(headers, MillraceHeaders.CHAIN)
                                .map(it -> it.split(",", 2)[0])
                                .orElse(null)),
                lane,
                usd(headers, MillraceHeaders.RESERVED_USD),
                new EndReceivers(
                        read(headers, MillraceHeaders.REQUEST_PARTITION, Integer::valueOf)
                                .filter(it -> it >= 0)
                                .orElse(null),
                        JobHeaders.parent(headers).orElse(null),
                        JobHeaders.cacheKey(headers).orElse(null),
                        JobHeaders.cacheNamespace(headers).orElse(null),
                        MillraceHeaders.traceparent(headers)),
                List.of(),
                null,
                null);
    }

    private static BigDecimal attemptUsd(Headers headers) {
        int position = read(headers, MillraceHeaders.CHAIN_POSITION, Integer::valueOf).orElse(0);
        return read(headers, MillraceHeaders.ATTEMPT_USD, JobCostLimit::parseAttempts)
                .filter(it -> position >= 0 && position < it.size())
                .map(it -> it.get(position))
                .orElse(BigDecimal.ZERO);
    }

    private static BigDecimal usd(Headers headers, String name) {
        return read(headers, name, Usd::parse).orElse(BigDecimal.ZERO);
    }

    private static Optional<String> text(Headers headers, String name) {
        return read(headers, name, text -> text);
    }

    private static <T> Optional<T> read(Headers headers, String name, Function<String, T> read) {
        try {
            return MillraceHeaders.text(headers, name)
                    .filter(text -> text.length() <= MAX_CHARS)
                    .map(read);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
