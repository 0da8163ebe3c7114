package dev.millrace.bench.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes chat completions at a gateway or provider over HTTP/1.1. Each prompt is different, so that
 * no answer comes from a cache.
 */
final class ChatClient implements AutoCloseable {
    private static final int OK = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String TOKEN = "\"content\":\"";
    private static final String NO_TOKEN = "\"content\":\"\"";
    private static final String LAST_EVENT = "data: [DONE]";

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
    private final AtomicLong prompts = new AtomicLong();
    private final URI target;
    private final URI provider;
    private final LongSupplier nanos;

    /**
     * @param base the base URL, ending in {@code /v1}
     * @param provider base URL of the provider, which Portkey's gateway learns from each call
     */
    ChatClient(URI base, URI provider, LongSupplier nanos) {
        this.target = URI.create(base + Relay.CHAT);
        this.provider = provider;
        this.nanos = nanos;
    }

    /** Returns a call whose whole time is measured. */
    MeasuredCall answer(BenchModel model) {
        return () -> {
            HttpRequest request = request(model, false);
            long start = nanos.getAsLong();
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long time = nanos.getAsLong() - start;
            if (response.statusCode() != OK) {
                throw new IOException(
                        "a call was answered with %d: %s"
                                .formatted(
                                        response.statusCode(),
                                        new String(response.body(), StandardCharsets.UTF_8)));
            }
            return time;
        };
    }

    /** Returns a streamed call whose time to the first token is measured. */
    MeasuredCall firstToken(BenchModel model) {
        return () -> {
            HttpRequest request = request(model, true);
            long start = nanos.getAsLong();
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                if (response.statusCode() != OK) {
                    throw new IOException(
                            "a stream was answered with %d: %s"
                                    .formatted(response.statusCode(), lines.readLine()));
                }
                return firstToken(lines, start);
            }
        };
    }

    /** Reads a stream to its end, so that the connection can be used again. */
    private long firstToken(BufferedReader lines, long start) throws IOException {
        long time = -1;
        boolean isComplete = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (time < 0 && line.contains(TOKEN) && !line.contains(NO_TOKEN)) {
                time = nanos.getAsLong() - start;
            }
            isComplete |= line.equals(LAST_EVENT);
        }
        if (time < 0 || !isComplete) {
            throw new IOException("a stream ended early");
        }
        return time;
    }

    private HttpRequest request(BenchModel model, boolean isStream) {
        String body = body(model, isStream, prompts.incrementAndGet());
        return HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer bench")
                .header("x-portkey-provider", "openai")
                .header("x-portkey-custom-host", provider.toString())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String body(BenchModel model, boolean isStream, long prompt) {
        return """
        {"model":"%s","stream":%b,"messages":[{"role":"system","content":"You answer \
        customers of a shop."},{"role":"user","content":"Where is parcel %d?"}]}"""
                .formatted(model.modelName(), isStream, prompt);
    }

    /** Returns a line of a batch file with the same kind of call, and its terminator. */
    static String batchLine(BenchModel model, long prompt) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":%s}
        """
                .formatted(prompt, body(model, false, prompt));
    }

    /** Returns true if all jobs of a batch have ended. */
    boolean hasEnded(String batch) throws IOException, InterruptedException {
        var uri = target.resolve("/api/v1/batches/" + batch);
        var response =
                http.send(
                        HttpRequest.newBuilder(uri).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (var json = response.body()) {
            return new JsonMapper().readTree(json).path("progress").asDouble(0) == 1;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
