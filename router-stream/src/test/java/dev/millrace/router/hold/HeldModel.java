package dev.millrace.router.hold;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.WeeklyTime;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models and jobs of tests. */
enum HeldModel {
    /** Costs twice as much in DeepSeek's peak hours. */
    DEEPSEEK(true, OptionalLong.empty()),
    /** Like DeepSeek, with one request a minute. */
    SLOW(true, OptionalLong.of(1)),
    /** Costs the same at all times. */
    FLAT(false, OptionalLong.empty());

    private final boolean hasHours;
    private final OptionalLong requestsPerMinute;

    HeldModel(boolean hasHours, OptionalLong requestsPerMinute) {
        this.hasHours = hasHours;
        this.requestsPerMinute = requestsPerMinute;
    }

    /** Returns the name of the model. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Model toModel() {
        Price price = Price.of("1", "2");
        var peak =
                new PriceHours.Period(
                        List.of(
                                WeeklyTime.parse("mon-fri 09:00-12:00"),
                                WeeklyTime.parse("mon-fri 14:00-18:00")),
                        Price.of("2", "4"));
        Limits limits =
                new Limits(
                        OptionalLong.empty(),
                        requestsPerMinute,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty());
        return Model.of(
                        word(),
                        "deepseek",
                        hasHours
                                ? price.withHours(
                                        new PriceHours(
                                                ZoneId.of("Asia/Shanghai"),
                                                PriceHours.BookedAt.END,
                                                Set.of(),
                                                Map.of("peak", peak)))
                                : price)
                .withLimits(limits);
    }

    /** Returns the headers of a job. */
    JobHeaders job(String customId, Buy buy, @Nullable Instant deadline, Instant now) {
        return new JobHeaders(
                        new JobHeaders.Identity(JobId.of("acme", "b", customId), "acme", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, deadline, now),
                        new JobHeaders.Route("catalog", List.of(word()), 0))
                .withBuy(buy);
    }

    /** Returns the headers of a job of DeepSeek's model. */
    static JobHeaders job(Buy buy, @Nullable Instant deadline) {
        return DEEPSEEK.job("a", buy, deadline, Instant.EPOCH);
    }
}
