package dev.millrace.client.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Priority;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Nested
    class OfEachEndpoint {
        @Test
        void chatCompletionHasMessages() {
            Request request =
                    Request.chatCompletion("auto")
                            .customId("a")
                            .system("Be brief.")
                            .user("Hi")
                            .assistant("Hello")
                            .maxTokens(5)
                            .temperature(0.5)
                            .build();

            assertThat(request.json())
                    .isEqualTo(
                            """
                            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":\
                            {"model":"auto","messages":[{"role":"system","content":"Be brief."},\
                            {"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],\
                            "max_completion_tokens":5,"temperature":0.5}}""");
        }

        @Test
        void responseHasInput() {
            Request request =
                    Request.response("gpt-4.1")
                            .customId("a")
                            .instructions("Be brief.")
                            .input("Hi")
                            .maxTokens(5)
                            .build();

            assertThat(request.json())
                    .endsWith(
                            """
                            "url":"/v1/responses","body":{"model":"gpt-4.1",\
                            "instructions":"Be brief.","input":"Hi","max_output_tokens":5}}""");
        }

        @Test
        void messageHasALimit() {
            Request request =
                    Request.message("claude-sonnet-4-5", 5)
                            .customId("a")
                            .system("Be brief.")
                            .user("Hi")
                            .build();

            assertThat(request.json())
                    .endsWith(
                            """
                            "url":"/v1/messages","body":{"model":"claude-sonnet-4-5",\
                            "max_tokens":5,"system":"Be brief.",\
                            "messages":[{"role":"user","content":"Hi"}]}}""");
        }

        @Test
        void embeddingHasTexts() {
            Request request = Request.embedding("text-embedding-3-small").input("a", "b").build();

            assertThat(request.json())
                    .endsWith("{\"model\":\"text-embedding-3-small\",\"input\":[\"a\",\"b\"]}}");
        }

        @Test
        void completionHasAPrompt() {
            Request request = Request.completion("davinci-002").prompt("Once").build();

            assertThat(request.url()).isEqualTo("/v1/completions");
            assertThat(request.json()).endsWith("\"prompt\":\"Once\"}}");
        }
    }

    @Nested
    class Options {
        @Test
        void becomeTheMillraceObject() {
            Request request =
                    Request.chatCompletion("auto")
                            .user("Hi")
                            .tenant("acme")
                            .batch("monday")
                            .priority(Priority.HIGH)
                            .deadline(NOON)
                            .cache(CacheMode.EXACT)
                            .buy(Buy.LOWEST)
                            .maxCostUsd(new BigDecimal("0.02"))
                            .fallback("gpt-4.1-mini")
                            .metadata("queue", "refunds")
                            .option("on_unavailable", "5s")
                            .build();

            assertThat(request.json())
                    .endsWith(
                            """
                            "millrace":{"tenant":"acme","batch":"monday","priority":"high",\
                            "deadline":"2026-11-20T12:00:00Z","cache":"exact","buy":"lowest",\
                            "max_cost_usd":0.02,"fallback":["gpt-4.1-mini"],\
                            "metadata":{"queue":"refunds"},"on_unavailable":"5s"}}""");
        }

        @Test
        void deadlineOfTheRequestIsKept() {
            Request request = Request.chatCompletion("auto").user("Hi").deadline(NOON).build();

            assertThat(request.withDeadline(NOON.plusSeconds(1))).isSameAs(request);
        }

        @Test
        void missingDeadlineIsAdded() {
            Request request = Request.chatCompletion("auto").user("Hi").batch("b").build();

            assertThat(request.withDeadline(NOON).json())
                    .endsWith(
                            "\"millrace\":{\"batch\":\"b\",\"deadline\":\"2026-11-20T12:00:00Z\"}}");
        }
    }

    @Test
    void anyFieldOfTheBodyCanBeSet() {
        Request request =
                Request.chatCompletion("auto")
                        .user("Hi")
                        .field("response_format", Map.of("type", "json_object"))
                        .field("stop", List.of("x"))
                        .build();

        assertThat(request.json())
                .contains("\"response_format\":{\"type\":\"json_object\"},\"stop\":[\"x\"]");
    }

    @Test
    void requestsWithoutACustomIdDiffer() {
        ChatCompletion builder = Request.chatCompletion("auto").user("Hi");

        assertThat(builder.build().customId()).isNotEqualTo(builder.build().customId());
    }

    @Test
    void invalidRequestIsRefusedWithItsProblems() {
        assertThatThrownBy(
                        () -> Request.chatCompletion("auto").user("Hi").option("prio", 1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prio");
    }

    @Test
    void lineOfABatchFileIsARequest() {
        Request request =
                Request.ofLine(
                        "{\"custom_id\":\"a\",\"url\":\"/v1/responses\",\"body\":{\"model\":\"m\",\"input\":\"Hi\"}}"
                                .getBytes(UTF_8));

        assertThat(request).hasToString("Request[a, /v1/responses]");
    }
}
