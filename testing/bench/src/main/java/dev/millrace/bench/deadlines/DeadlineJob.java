package dev.millrace.bench.deadlines;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/**
 * A job with a deadline.
 *
 * @param number index of the job in the list of all jobs, which is also its {@code custom_id}
 * @param model named by the job
 * @param usage tokens of its only call
 * @param standardTime duration of a call at the standard tier
 * @param flexTime duration of a call at the flex tier
 */
record DeadlineJob(
        int number,
        Model model,
        Instant arrives,
        Instant deadline,
        TokenUsage usage,
        Duration standardTime,
        Duration flexTime) {
    private static final String FLEX = "flex";

    String customId() {
        return String.valueOf(number);
    }

    /** Returns the line of a batch file. */
    String line() {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
        "body":{"model":"%s","messages":[{"role":"user","content":"?"}]}}"""
                .formatted(customId(), model.name());
    }

    /** Returns true if the model can be called at the flex tier. */
    boolean hasFlex() {
        return model.price().tiers().containsKey(FLEX);
    }

    /** Returns the duration of a call. */
    Duration time(boolean isFlex) {
        return isFlex ? flexTime : standardTime;
    }

    /** Returns the cost of a call that starts at a time. */
    BigDecimal cost(Instant start, boolean isFlex) {
        return model.price()
                .at(start, start.plus(time(isFlex)))
                .tier(isFlex ? FLEX : null)
                .orElseThrow()
                .costOf(usage);
    }
}
