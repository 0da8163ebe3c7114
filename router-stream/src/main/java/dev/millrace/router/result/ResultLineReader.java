package dev.millrace.router.result;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.ResultFields;
import dev.millrace.contracts.result.TranslationNote;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a result line, with its outcome. */
public final class ResultLineReader {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);
    private static final Duration MAX_RETRY_AFTER = Duration.ofDays(365);

    private ResultLineReader() {}

    /** Reads a line; empty if it is no result that this version understands. */
    public static Optional<ResultLine> read(byte[] line) {
        try {
            var fields = ResultFields.read(line);
            return outcome(fields)
                    .map(
                            outcome ->
                                    new ResultLine(
                                            line,
                                            outcome,
                                            fields.text("millrace.job_id"),
                                            text(fields, "millrace.model", ""),
                                            fields.text("millrace.provider"),
                                            text(fields, "millrace.tenant", ""),
                                            text(fields, "millrace.routed_by", ""),
                                            fields.hasFallbacks(),
                                            new BigDecimal(
                                                    text(fields, "millrace.cost_usd", "0"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(ResultFields fields, String path, String missing) {
        return Objects.requireNonNullElse(fields.text(path), missing);
    }

    private static Optional<Outcome> outcome(ResultFields fields) {
        String code = fields.text("millrace.error_code");
        ErrorCode error = null;
        if (code != null) {
            error = code(code);
            if (error == null) {
                return Optional.empty();
            }
        }
        String status = fields.text("response.status_code");
        byte[] body = fields.body();
        if (body != null && status != null) {
            return Optional.of(
                    new Outcome.Answered(
                            Integer.parseInt(status),
                            fields.text("response.request_id"),
                            new ProviderBody.Json(body),
                            error,
                            translation(fields)));
        }
        return error == null
                ? Optional.empty()
                : Optional.of(
                        new Outcome.Unanswered(
                                error,
                                text(fields, "error.message", ""),
                                fields.text("error.param"),
                                retryAfter(fields),
                                fields.text("error.request_id")));
    }

    private static @Nullable ErrorCode code(String text) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.code().equals(text))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable TranslationNote translation(ResultFields fields) {
        return Optional.ofNullable(fields.text("millrace.translated_from"))
                .flatMap(Endpoints.known()::of)
                .map(from -> new TranslationNote(from, fields.omitted()))
                .orElse(null);
    }

    private static @Nullable Duration retryAfter(ResultFields fields) {
        String seconds = fields.text("error.retry_after");
        if (seconds == null) {
            return null;
        }
        var millis = new BigDecimal(seconds).multiply(MILLIS);
        return millis.signum() < 0
                        || millis.compareTo(BigDecimal.valueOf(MAX_RETRY_AFTER.toMillis())) > 0
                ? null
                : Duration.ofMillis(millis.longValue());
    }
}
