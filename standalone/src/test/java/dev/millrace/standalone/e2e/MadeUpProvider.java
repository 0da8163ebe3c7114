package dev.millrace.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.contracts.job.AnswerForm.CachedTokens;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestForm;
import dev.millrace.contracts.job.Streaming;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.job.Wire.ClientForm;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A provider of an API that no other one has: its wire, its endpoint, and a server. */
final class MadeUpProvider implements AutoCloseable {
    static final Wire WIRE =
            new Wire(
                    "made_up",
                    "/v1",
                    "x-voice-key",
                    Map.of("x-voice-version", "7"),
                    Set.of(),
                    ClientForm.OPENAI);

    static final Endpoint UTTERANCES =
            new Endpoint(
                    "/v1/utterances",
                    WIRE,
                    new RequestForm(
                            "turns",
                            false,
                            "attitude",
                            "speech",
                            RequestForm.Limit.optional("most_words"),
                            false,
                            "\"turns\":[{\"role\":\"user\",\"content\":\"Say yes.\"}]"),
                    new AnswerForm(
                            "utterance",
                            "utterances",
                            Set.of("utterances.said"),
                            Set.of("utterances.closing"),
                            Set.of("silenced"),
                            "",
                            CachedTokens.BESIDE_INPUT,
                            false,
                            "{\"type\":\"utterance\",\"utterances\":[{\"said\":%4$s}],"
                                    + "\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}"),
                    Streaming.TEXT_CHUNKS);

    /** Only by the endpoint's definition are the cached tokens beside the input. */
    static final String USAGE =
            "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4}}";

    /** The bodies that the provider received. */
    private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();

    /** Words of a prompt whose first answer is withheld. */
    private static final String SECRET = "secret";

    /** Completed when a client has the first part of a streamed answer. */
    final CompletableFuture<Void> isHeard = new CompletableFuture<>();

    private final HttpServer server;

    MadeUpProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/voice/utterances", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/voice";
    }

    /** Returns the bodies of calls whose prompt has a text. */
    List<JsonNode> calls(String text) {
        return bodies.stream().filter(it -> it.toString().contains(text)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        JsonNode body = Batch.JSON.readTree(exchange.getRequestBody().readAllBytes());
        if (!"loud".equals(headers.getFirst("x-voice-key"))
                || !"7".equals(headers.getFirst("x-voice-version"))) {
            send(exchange, 401, "application/json", "{\"error\":{\"message\":\"wrong key\"}}");
            return;
        }
        bodies.add(body);
        boolean isWithheld = body.toString().contains(SECRET) && calls(SECRET).size() == 1;
        if (body.path("stream").asBoolean(false)) {
            stream(exchange);
        } else {
            send(
                    exchange,
                    200,
                    "application/json",
                    """
                    {"type":"utterance","utterances":[{"index":0,"said":"Hello","closing":"%s"}],%s}"""
                            .formatted(isWithheld ? "silenced" : "done", USAGE));
        }
    }

    /** Sends the second part of a streamed answer when the client has the first one. */
    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(
                    """
                    data: {"type":"utterance","utterances":[{"index":0,"said":"Hel"}]}

                    """
                            .getBytes(UTF_8));
            out.flush();
            isHeard.orTimeout(30, TimeUnit.SECONDS).join();
            out.write(
                    """
                    data: {"type":"utterance","utterances":[{"index":0,"said":"lo","closing":"done"}]}

                    data: {"type":"utterance","utterances":[],%s}

                    data: [DONE]

                    """
                            .formatted(USAGE)
                            .getBytes(UTF_8));
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
