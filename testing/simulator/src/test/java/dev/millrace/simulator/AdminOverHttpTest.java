package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the admin routes: changing behaviour and reading the ledger at run time. */
class AdminOverHttpTest {
    private final SimulatorClient client =
            SimulatorClient.of("{\"keys\":[\"sk-secret-of-nobody\"],\"ledger_entries\":5}");

    @AfterEach
    void close() {
        client.close();
    }

    private int chat(String model) {
        return chat(model, "id");
    }

    private int chat(String model, String idempotencyKey) {
        return client.post(
                        CHAT,
                        SimulatorClient.chat("Hello").replace("gpt-4.1", model),
                        Map.of(
                                "Authorization",
                                "Bearer sk-secret-of-nobody",
                                "Idempotency-Key",
                                idempotencyKey))
                .statusCode();
    }

    @Nested
    class ModelBehaviour {
        @Test
        void changedModelReturnsToDefaultsWhenDeleted() {
            String broken = "{\"failures\":{\"server_error\":1},\"server_error_statuses\":[503]}";

            assertThat(client.put("/admin/models/gpt-4.1", broken).statusCode()).isEqualTo(200);
            assertThat(chat("gpt-4.1")).isEqualTo(503);
            assertThat(chat("other")).isEqualTo(200);

            assertThat(client.delete("/admin/models/gpt-4.1").statusCode()).isEqualTo(200);
            assertThat(chat("gpt-4.1")).isEqualTo(200);
        }

        @Test
        void modelNameMayContainASlash() {
            client.put("/admin/models/deepseek/chat", "{\"failures\":{\"overloaded\":1}}");

            assertThat(chat("deepseek/chat")).isEqualTo(529);
        }

        @Test
        void absentKeysComeFromAnyModel() {
            client.put("/admin/models/*", "{\"failures\":{\"overloaded\":1}}");
            client.put("/admin/models/gpt-4.1", "{\"latency\":\"1ms\"}");

            assertThat(chat("gpt-4.1")).isEqualTo(529);
            assertThat(
                            SimulatorClient.json(client.get("/admin/models/gpt-4.1"))
                                    .path("latency")
                                    .stringValue())
                    .isEqualTo("1ms");
        }

        @Test
        void invalidSettingsAreAllReportedAndChangeNothing() {
            HttpResponse<String> response =
                    client.put(
                            "/admin/models/*",
                            "{\"latency\":\"soon\",\"failures\":{\"hang\":2},\"colour\":1}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(SimulatorClient.json(response).path("problems").valueStream())
                    .extracting(problem -> problem.path("path").stringValue())
                    .containsExactlyInAnyOrder("latency", "failures.hang", "colour");
            assertThat(chat("gpt-4.1")).isEqualTo(200);
        }

        @Test
        void invalidJsonIsRejected() {
            assertThat(client.put("/admin/models/*", "{").statusCode()).isEqualTo(400);
        }
    }

    @Nested
    class Settings {
        @Test
        void modelsWithSettingsAreListed() {
            client.put("/admin/models/m-1", "{}");

            JsonNode first = SimulatorClient.json(client.get("/v1/models")).path("data").path(0);
            assertThat(first.path("id").stringValue()).isEqualTo("m-1");
            assertThat(SimulatorClient.json(client.get("/v1/models/any")).path("id").stringValue())
                    .isEqualTo("any");
        }
    }

    @Nested
    class TheLedger {
        private List<JsonNode> lines(String query) {
            return client.get("/admin/ledger" + query)
                    .body()
                    .lines()
                    .map(line -> SimulatorClient.JSON.readTree(line))
                    .toList();
        }

        @Test
        void ledgerHasOneLineForEachCall() {
            chat("a");
            chat("b");

            List<JsonNode> lines = lines("");

            assertThat(lines).extracting(l -> l.path("sequence").intValue()).containsExactly(1, 2);
            JsonNode line = lines.getFirst();
            assertThat(List.copyOf(line.propertyNames()))
                    .containsExactly(
                            "sequence",
                            "time",
                            "duration_ms",
                            "key",
                            "idempotency_key",
                            "model",
                            "path",
                            "status",
                            "input_tokens",
                            "cached_input_tokens",
                            "cache_write_tokens",
                            "output_tokens",
                            "service_tier",
                            "billed",
                            "outcome");
            assertThat(line.path("key").stringValue()).isEqualTo("…body");
            assertThat(line.path("model").stringValue()).isEqualTo("a");
        }

        @Test
        void ledgerIsFilteredByQueryParameters() {
            chat("a");
            chat("b");
            chat("a");

            assertThat(lines("?model=a")).hasSize(2);
            assertThat(lines("?since=1")).hasSize(2);
            assertThat(lines("?since=1&model=a")).hasSize(1);
            assertThat(lines("?limit=1")).hasSize(1);
            assertThat(lines("?billed=false")).isEmpty();
            assertThat(lines("?outcome=answered")).hasSize(3);
            assertThat(lines("?idempotency_key=other")).isEmpty();
        }

        @Test
        void nonNumericFilterIsRejected() {
            assertThat(client.get("/admin/ledger?since=yesterday").statusCode()).isEqualTo(400);
        }

        @Test
        void entriesNotKeptAreReported() {
            for (int i = 0; i < 7; i++) {
                chat("a", "id-" + i);
            }

            assertThat(lines("")).hasSize(5);
            assertThat(
                            SimulatorClient.header(
                                    client.get("/admin/ledger"), "x-ledger-entries-not-kept"))
                    .isEqualTo("2");
            JsonNode summary = SimulatorClient.json(client.get("/admin/ledger/summary"));
            assertThat(summary.path("calls").intValue()).isEqualTo(7);
            assertThat(summary.path("entries_not_kept").intValue()).isEqualTo(2);
            assertThat(summary.path("idempotency_keys").intValue()).isEqualTo(5);
            assertThat(summary.path("calls_with_uncounted_idempotency_key").intValue())
                    .isEqualTo(2);
        }

        @Test
        void summaryAddsUpTheCalls() {
            chat("a", "x");
            chat("a", "y");
            chat("a", "x");
            chat("b", "z");

            JsonNode summary = SimulatorClient.json(client.get("/admin/ledger/summary"));

            assertThat(summary.path("billed").intValue()).isEqualTo(4);
            assertThat(summary.path("idempotency_keys").intValue()).isEqualTo(3);
            assertThat(summary.path("idempotency_keys_billed_more_than_once").intValue())
                    .isEqualTo(1);
            assertThat(summary.path("models").path("a").path("input_tokens").intValue())
                    .isEqualTo(6);
            assertThat(summary.path("outcomes").path("answered").intValue()).isEqualTo(4);
        }

        @Test
        void clearedLedgerIsEmpty() {
            chat("a");

            client.delete("/admin/ledger");
            chat("b");

            assertThat(lines(""))
                    .extracting(l -> l.path("model").stringValue())
                    .containsExactly("b");
            assertThat(
                            SimulatorClient.json(client.get("/admin/ledger/summary"))
                                    .path("calls")
                                    .intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void healthAnswers200() {
        assertThat(client.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void unknownPathAnswers404() {
        assertThat(client.get("/admin/nothing").statusCode()).isEqualTo(404);
    }
}
