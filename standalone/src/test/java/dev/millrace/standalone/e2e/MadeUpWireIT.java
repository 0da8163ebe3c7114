package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Adds a wire by its definition alone, and sends jobs through everything that reads answers. */
class MadeUpWireIT {
    @TempDir private static Path folder;

    private static MadeUpProvider provider;
    private static ServedPipeline pipeline;
    private static GatewayServer gateway;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        Stream<Endpoint> shipped = Endpoints.SHIPPED.all().stream();
        Endpoints.know(
                new Endpoints(
                        Stream.concat(shipped, Stream.of(MadeUpProvider.UTTERANCES)).toList()));
        provider = new MadeUpProvider();
        pipeline =
                ServedPipeline.start(
                        Files.createDirectory(folder.resolve("pipeline")),
                        """
                        topics: { partitions: 1, replication_factor: 1 }
                        providers:
                          simulator: { wire: openai, simulator: {} }
                          voice: { wire: made_up, base_url: "%s", api_key: loud }
                        models:
                          speaker:
                            provider: voice
                            price: { input: 1, output: 2 }
                            context_window: 100000
                        gateway: { listen: "127.0.0.1:0", timeout: 60s }
                        """
                                .formatted(provider.url()));
        gateway = pipeline.startGateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        pipeline.close();
        provider.close();
        Endpoints.know(Endpoints.SHIPPED);
    }

    private HttpResponse<String> ask(String prompt, String fields)
            throws IOException, InterruptedException {
        return http.send(request(prompt, fields), BodyHandlers.ofString());
    }

    private HttpRequest request(String prompt, String fields) {
        String body =
                """
                {"model":"speaker",%s"turns":[{"role":"user","content":"%s"}]}"""
                        .formatted(fields, prompt);
        return HttpRequest.newBuilder(URI.create(gateway.url() + "/utterances"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String said(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Batch.JSON.readTree(response.body()).at("/utterances/0/said").asString();
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    @Test
    void callIsAnsweredAndPaidByTheRulesOfItsEndpoint() throws Exception {
        HttpResponse<String> response = ask("Greet me.", "");

        assertThat(said(response)).isEqualTo("Hello");
        // 14 tokens of input, since the cached ones come on top, and 5 of output.
        assertThat(header(response, "X-Millrace-Cost")).isEqualTo("0.000024");
    }

    @Test
    void costCeilingAddsTheLimitOfTheEndpoint() throws Exception {
        assertThat(said(ask("Be brief.", "\"millrace\":{\"max_cost_usd\":1},"))).isEqualTo("Hello");

        assertThat(provider.calls("Be brief."))
                .singleElement()
                .satisfies(it -> assertThat(it.path("most_words").isInt()).isTrue());
    }

    @Test
    void limitOfTheBodyBoundsTheCost() throws Exception {
        String ceiling = "\"millrace\":{\"max_cost_usd\":0.001},";

        assertThat(said(ask("Shortly.", ceiling + "\"most_words\":5,"))).isEqualTo("Hello");
        assertThat(ask("At length.", ceiling + "\"most_words\":50000,").body())
                .contains("max_cost_usd");
        assertThat(provider.calls("At length.")).isEmpty();
    }

    @Test
    void streamIsPassedOn() throws Exception {
        Iterator<String> events =
                http.send(request("Stream.", "\"stream\":true,"), BodyHandlers.ofLines())
                        .body()
                        .filter(it -> it.startsWith("data: "))
                        .iterator();

        assertThat(events.next()).contains("\"said\":\"Hel\"");
        provider.isHeard.complete(null);
        assertThat(events.next()).contains("\"said\":\"lo\"");
        assertThat(events.next()).isEqualTo("data: [DONE]");
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void withheldAnswerIsNotCached() throws Exception {
        String cached = "\"millrace\":{\"cache\":\"exact\"},";

        assertThat(ask("The secret?", cached).body()).contains("silenced");
        HttpResponse<String> second = ask("The secret?", cached);
        assertThat(header(second, "X-Millrace-Cache")).isEqualTo("miss");
        HttpResponse<String> third = ask("The secret?", cached);
        assertThat(header(third, "X-Millrace-Cache")).isEqualTo("hit");
        assertThat(said(third)).isEqualTo("Hello");
        assertThat(provider.calls("secret")).hasSize(2);
    }

    @Test
    void longDocumentIsSplitAndItsAnswersAreJoined() throws Exception {
        String document = "Once upon a time there was a parcel. ".repeat(40);

        HttpResponse<String> response =
                ask(document, "\"attitude\":\"Sum up.\",\"millrace\":{\"split\":{\"size\":200}},");

        assertThat(said(response)).isEqualTo("Hello");
        List<JsonNode> calls = provider.calls("Sum up.");
        assertThat(calls).hasSizeGreaterThan(2);
        assertThat(calls.getLast().at("/turns/0/content").asString()).contains("Hello");
    }

    @Test
    void passagesReachTheInstructions() throws Exception {
        Path document =
                Files.writeString(folder.resolve("returns.md"), "Send goods within a year.");
        assertThat(pipeline.run("documents", "add", "--collection", "shop", document.toString()))
                .satisfies(it -> assertThat(it.code()).as(it.err()).isZero());
        String retrieval =
                "\"attitude\":\"Kind.\",\"millrace\":{\"retrieval\":{\"collection\":\"shop\"%s}},";

        assertThat(said(ask("When can goods be sent?", retrieval.formatted(""))))
                .isEqualTo("Hello");
        assertThat(provider.calls("When can goods be sent?"))
                .singleElement()
                .satisfies(
                        it ->
                                assertThat(it.path("attitude").asString())
                                        .startsWith("Kind.")
                                        .contains("Send goods within a year."));
        assertThat(
                        said(
                                ask(
                                        "Nothing?",
                                        retrieval.formatted(
                                                ",\"filter\":{\"lang\":\"fr\"},"
                                                        + "\"empty_answer\":\"Unknown.\""))))
                .isEqualTo("Unknown.");
    }

    @Test
    void auditCountsTokensByTheRulesOfTheEndpoint() throws IOException {
        Path log =
                Files.writeString(
                        folder.resolve("log.jsonl"),
                        "{\"model\":\"gpt-4.1\",\"type\":\"utterance\",%s}\n"
                                .formatted(MadeUpProvider.USAGE));

        JsonNode figures = CommandInProcess.run("audit", "--json", log).exitsWith(0).summary();

        assertThat(figures.findValues("input_tokens").getFirst().intValue()).isEqualTo(14);
    }
}
