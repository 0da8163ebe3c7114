package dev.millrace.wire.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.wire.error.Signatures.Meaning;
import dev.millrace.wire.error.Signatures.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each line of {@code signatures.tsv}, by its own example. */
class SignaturesTest {
    /** Before the times in the examples. */
    private static final Instant NOW = Instant.parse("2025-09-09T17:00:00Z");

    private static List<Row> statuses() {
        return Signatures.rows().stream().filter(Row::isStatus).toList();
    }

    private static List<Row> texts() {
        return Signatures.rows().stream().filter(it -> !it.isStatus()).toList();
    }

    /** Returns an error with the example as its code or its message. */
    private static ErrorBody error(Row row) {
        String example = row.example();
        int colon =
                example.matches("(base_resp|error_code|code):-?[0-9]+|finish_reason:\\w+")
                        ? example.indexOf(':')
                        : -1;
        String json =
                switch (colon < 0 ? "" : example.substring(0, colon)) {
                    case "base_resp" ->
                            "{\"base_resp\":{\"status_code\":%s}}"
                                    .formatted(example.substring(colon + 1));
                    case "error_code" ->
                            "{\"error_code\":%s}".formatted(example.substring(colon + 1));
                    case "finish_reason" ->
                            "{\"choices\":[{\"finish_reason\":\"%s\"}]}"
                                    .formatted(example.substring(colon + 1));
                    case "code" ->
                            "{\"error\":{\"code\":\"%s\"}}".formatted(example.substring(colon + 1));
                    default ->
                            "{\"error\":{\"%s\":%s}}"
                                    .formatted(
                                            example.contains(" ") ? "message" : "code",
                                            JsonBytes.quoted(example));
                };
        return ErrorBody.read(json.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void nameWithin200StandsForItsStatus(Row row) {
        assertThat(ImpliedStatus.of(error(row))).contains(Integer.valueOf(row.meaning()));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void exampleHasTheMeaningOfItsLine(Row row) {
        if (row.says() == Meaning.WAIT) {
            assertThat(RetryAfterParser.of(ResponseHeaders.NONE, error(row), NOW)).isPresent();
        } else {
            assertThat(Signatures.says(row.says(), error(row))).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void exampleHasTheErrorOfItsMeaning(Row row) {
        ErrorBody body = error(row);

        switch (row.says()) {
            case QUOTA -> assertError(ErrorCode.QUOTA_EXCEEDED, body, 400, 401, 403, 429, 500);
            case MODEL -> assertError(ErrorCode.MODEL_NOT_FOUND, body, 404);
            case BAD_MODEL -> assertError(ErrorCode.MODEL_NOT_FOUND, body, 400, 403, 404);
            case MISSING_PART -> assertError(ErrorCode.VALIDATION_ERROR, body, 404);
            case BAD_KEY -> assertError(ErrorCode.AUTHENTICATION_ERROR, body, 400, 401, 403);
            case CONTEXT_LENGTH -> assertError(ErrorCode.CONTEXT_LENGTH_EXCEEDED, body, 400, 413);
            case CONTENT_FILTER -> assertError(ErrorCode.CONTENT_FILTERED, body, 400, 403);
            case RATE, THROTTLED, WAIT -> assertError(ErrorCode.RATE_LIMIT_EXCEEDED, body, 429);
            case BUSY -> assertError(ErrorCode.SERVER_ERROR, body, 403, 503);
            case UNFINISHED -> assertThat(ImpliedStatus.of(body)).isPresent();
            case BAD_ADDRESS -> assertError(ErrorCode.MODEL_NOT_FOUND, body, 400);
            case BLOCKED -> assertError(ErrorCode.SERVER_ERROR, body, 400, 403, 405);
            case LOST -> assertThat(StatusRules.mayBeBilled(500, body)).isTrue();
        }
    }

    private static void assertError(ErrorCode expected, ErrorBody body, int... statuses) {
        for (int status : statuses) {
            assertThat(StatusRules.error(status, body)).as("%s", status).isEqualTo(expected);
        }
    }

    @Test
    void everyLineHasASourceAndStandsOnce() {
        var rows = Signatures.rows();

        assertThat(rows).allMatch(it -> it.source().startsWith("https://"));
        assertThat(rows.stream().map(it -> it.meaning() + it.match()).collect(Collectors.toSet()))
                .hasSameSizeAs(rows);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model ",
                "1 s ",
                "retry in 1 hour and ",
                "quota exceeded for metric ",
                "please wait 1 minute, ",
                "requested tokens exceed ",
                "your account ",
                "you exceeded your current quota ",
                "Error - ",
                "Error: {\\\"message\\\":\\\"",
                "model",
                "{[",
                "<",
                "<script>",
                "<!--",
                "&lt;",
                "<html>",
                "超过速率"
            })
    void longTextIsReadInTime(String part) {
        byte[] text = ("{\"message\":\"" + part.repeat(64 * 1_024 / part.length())).getBytes(UTF_8);
        byte[] closed = (new String(text, UTF_8).substring(0, 20_000) + "\"}").getBytes(UTF_8);

        assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> {
                    byte[] page =
                            ("<html>" + part.repeat(64 * 1_024 / part.length())).getBytes(UTF_8);
                    for (byte[] body : new byte[][] {text, closed, page}) {
                        ErrorBody error = ErrorBody.read(body);
                        assertThat(StatusRules.error(400, error)).isNotNull();
                        assertThat(StatusRules.error(429, error)).isNotNull();
                        assertThat(ImpliedStatus.of(error)).isNotNull();
                        assertThat(RetryAfterParser.of(ResponseHeaders.NONE, error, NOW))
                                .isNotNull();
                    }
                    assertThat(ErrorBody.read(page).text()).isNotNull();
                });
    }

    @Test
    void limitPerMinuteIsNoQuota() {
        var body =
                ErrorBody.read(
                        "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"See https://help.aliyun.com/zh/model-studio/error-code#token-limit\"}}"
                                .getBytes(UTF_8));

        assertThat(StatusRules.error(429, body)).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
    }
}
