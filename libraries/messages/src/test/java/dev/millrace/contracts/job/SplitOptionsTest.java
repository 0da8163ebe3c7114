package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.SplitOptions.OnFailedPart;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitOptionsTest {
    private static ParseResult parse(String url, String options) {
        return RequestParser.parse(
                """
                {"custom_id":"c","url":"%s","body":{"model":"m"},"millrace":%s}"""
                        .formatted(url, options)
                        .getBytes(UTF_8));
    }

    private static @Nullable SplitOptions split(String options) {
        var parsed = (ParseResult.Accepted) parse("/v1/chat/completions", options);
        return parsed.line().options().split();
    }

    @Test
    void emptyObjectHasTheDefaults() {
        assertThat(split("{\"split\":{}}"))
                .isEqualTo(new SplitOptions(null, null, null, OnFailedPart.FAIL));
    }

    @Test
    void absentObjectDoesNotSplit() {
        assertThat(split("{\"split\":null}")).isNull();
        assertThat(split("{}")).isNull();
    }

    @Test
    void allKeysAreRead() {
        assertThat(
                        split(
                                """
                                {"split":{"size":1000,"overlap":250,"reduce":"Join.",
                                          "on_failed_part":"omit"}}"""))
                .isEqualTo(new SplitOptions(1000, 250, "Join.", OnFailedPart.OMIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void requestsWithMessagesMayBeSplit(String url) {
        assertThat(parse(url, "{\"split\":{}}")).isInstanceOf(ParseResult.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/completions", "/v1/embeddings"})
    void otherRequestsAreRefused(String url) {
        assertThat(parse(url, "{\"split\":{}}"))
                .isInstanceOfSatisfying(
                        ParseResult.Unacceptable.class,
                        it ->
                                assertThat(it.message())
                                        .contains("millrace.split", "/v1/chat/completions"));
    }
}
