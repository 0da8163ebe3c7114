package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks and counts the answers of gateways that cannot take a request now. Thread-safe. */
final class Refusals {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    /** Returns how often each kind of request was refused. */
    Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /**
     * Counts an answer with the status 503.
     *
     * @throws AssertionError if the answer does not say when to repeat the request, or does not
     *     have the form that the client expects
     */
    void onUnavailable(String kind, HttpResponse<String> answer) {
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0))
                .as(answer::body)
                .isPositive();
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.at("/error/message").asString("")).as(answer::body).isNotEmpty();
        if (answer.uri().getPath().endsWith("/messages")) {
            assertThat(json.path("type").asString("")).as(answer::body).isEqualTo("error");
            assertThat(json.at("/error/type").asString(""))
                    .as(answer::body)
                    .isEqualTo("overloaded_error");
        } else {
            assertUnavailable(json.path("error"));
        }
        count(kind);
    }

    /**
     * Counts an error inside of an answer that has begun.
     *
     * @param error has the form of OpenAI
     */
    void onUnavailable(String kind, JsonNode error) {
        assertUnavailable(error);
        count(kind);
    }

    private static void assertUnavailable(JsonNode error) {
        assertThat(error.path("code").asString(""))
                .as(error::toString)
                .isIn("unavailable", "overloaded");
    }

    private void count(String kind) {
        counts.merge(kind, 1L, Long::sum);
    }
}
