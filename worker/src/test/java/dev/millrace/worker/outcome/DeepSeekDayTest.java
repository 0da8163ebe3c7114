package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.worker.answer.Billing;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A day of calls at DeepSeek, whose bill is computed here as its page says it: the rates of the
 * shipped model, twice as high for requests that are completed from 01:00 to 04:00 and from 06:00
 * to 10:00 UTC, Monday to Friday, except on public holidays.
 */
class DeepSeekDayTest {
    private static final Set<Integer> PEAK_HOURS = Set.of(1, 2, 3, 6, 7, 8, 9);
    private static final String HOLIDAY = "2026-10-01";
    private static final Model MODEL = Catalog.shipped().find("deepseek-v4-flash").orElseThrow();

    private static final RequestLine LINE =
            RequestParser.parse(
                            """
                            {"custom_id":"c","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}"""
                                    .getBytes(UTF_8))
                    .accepted();

    private static BigDecimal billedUsd(TokenUsage usage, ZonedDateTime completed) {
        boolean isWorkday =
                completed.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0
                        && !completed.toLocalDate().toString().equals(HOLIDAY);
        int factor = isWorkday && PEAK_HOURS.contains(completed.getHour()) ? 2 : 1;
        BigDecimal millionths =
                times(usage.inputTokens() - usage.cachedInputTokens(), "0.15")
                        .add(times(usage.cachedInputTokens(), "0.003"))
                        .add(times(usage.outputTokens(), "0.60"));
        return millionths.multiply(BigDecimal.valueOf(factor)).scaleByPowerOfTen(-6);
    }

    private static BigDecimal times(long tokens, String rate) {
        return new BigDecimal(rate).multiply(BigDecimal.valueOf(tokens));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-30", "2026-11-27", "2026-11-28", HOLIDAY})
    void eachCostEqualsTheBillInAllHours(String day) {
        Instant midnight = Instant.parse(day + "T00:00:00Z");
        var random = new SplittableRandom(midnight.getEpochSecond());
        for (int minute = 0; minute < 24 * 60; minute += 5) {
            Instant start = midnight.plus(Duration.ofMinutes(minute));
            Instant end = start.plusSeconds(random.nextInt(900));
            var usage = TokenUsage.of(random.nextInt(100_000), random.nextInt(10_000));
            var costs = new AttemptCosts(job(start), MODEL, "v1", start);

            costs.onAttempt(1, new Billing.Billed(usage), LINE, start, end);

            assertThat(costs.takeFinal(1).costUsd())
                    .as("call from %s to %s", start, end)
                    .isEqualByComparingTo(billedUsd(usage, end.atZone(ZoneOffset.UTC)));
        }
    }

    private static JobHeaders job(Instant now) {
        return new JobHeaders(
                new JobHeaders.Identity(JobId.of("t", "b", "c"), "t", "b", null),
                new JobHeaders.Submission(Priority.NORMAL, null, now),
                new JobHeaders.Route("catalog", List.of(MODEL.name()), 0));
    }
}
