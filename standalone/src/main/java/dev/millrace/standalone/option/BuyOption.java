package dev.millrace.standalone.option;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.standalone.console.UserError;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that publish batches: how their calls are bought, and by when. */
public final class BuyOption {
    @Option(
            names = "--buy",
            paramLabel = "WAY",
            description =
                    "How calls are bought whose line does not say: standard, or lowest for the"
                            + " lowest price that is still on time for the deadline.")
    private @Nullable String buy;

    @Option(
            names = "--by",
            paramLabel = "TIME",
            description =
                    "Deadline of lines that name none: a time such as 2026-12-01T06:00:00Z, or a"
                            + " time from now, such as 90m, 8h or 2d. No call starts after it.")
    private @Nullable String by;

    /**
     * Returns the options of jobs whose line does not set them.
     *
     * @throws UserError if the way or the deadline is wrong
     */
    public SubmissionHeaders.Defaults defaults(Instant now) {
        return new SubmissionHeaders.Defaults(
                buy == null ? null : way(buy), by == null ? null : deadline(by, now));
    }

    private static Buy way(String text) {
        return Buy.of(text.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> UserError.usage("--buy must be " + Buy.FORM + ", was " + text));
    }

    private static Instant deadline(String text, Instant now) {
        Instant deadline = TimeSpan.of(text).map(now::plus).orElseGet(() -> time(text));
        if (!deadline.isAfter(now)) {
            throw UserError.usage("--by must be in the future, was " + text);
        }
        return deadline;
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw UserError.usage(
                    "--by must be a time such as 2026-12-01T06:00:00Z, or a time from now, such as"
                            + " 90m, 8h or 2d, was "
                            + text);
        }
    }
}
