package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits batches, and notes what each request was answered. Thread-safe. */
final class SubmittedBatches {
    private static final JsonMapper JSON = new JsonMapper();

    /** The kind of refused requests. */
    static final String KIND = "batch";

    private static final int OK = 200;

    private final GatewayClient client;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<Integer, Request> requests = new ConcurrentHashMap<>();

    SubmittedBatches(GatewayClient client) {
        this.client = client;
    }

    /** The outcome of a request for a batch, as its client knows it. */
    enum Outcome {
        ACCEPTED,
        REFUSED,
        CONNECTION_BROKEN
    }

    /**
     * A request for a batch.
     *
     * @param lines number of lines of its file
     * @param isValid false if the last line is invalid, so that no line may run
     * @param id id of the batch; empty if the client did not receive it
     */
    record Request(int lines, boolean isValid, Outcome outcome, Optional<String> id) {}

    /** A batch as the gateway shows it, with its request. */
    record Listed(String id, Request request, JsonNode json) {}

    /** Uploads a file and requests a batch of it until a request is accepted. */
    void submit(int lines, boolean isValid) throws InterruptedException {
        String name = "file-" + numbers.incrementAndGet();
        byte[] content = content(name, lines, isValid);
        HttpResponse<String> uploaded = client.upload(name, content);
        assertThat(uploaded.statusCode()).as(uploaded::body).isEqualTo(OK);
        files.put(name, content);
        String file = JSON.readTree(uploaded.body()).path("id").stringValue();
        Outcome outcome = Outcome.REFUSED;
        while (outcome != Outcome.ACCEPTED) {
            outcome = request(file, lines, isValid);
        }
    }

    /** Requests a batch of a file that does not exist. */
    void submitWithoutFile() throws InterruptedException {
        assertThat(request("file-0", 0, true)).isNotEqualTo(Outcome.ACCEPTED);
    }

    private Outcome request(String file, int lines, boolean isValid) throws InterruptedException {
        int number = numbers.incrementAndGet();
        String body =
                """
                {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h",
                 "metadata":{"request":"%d"}}
                """
                        .formatted(file, number);
        Optional<HttpResponse<String>> answer =
                client.send(
                        KIND,
                        client.request("/batches")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build());
        Optional<String> id =
                answer.filter(it -> it.statusCode() == OK)
                        .map(it -> JSON.readTree(it.body()).path("id").stringValue());
        Outcome outcome =
                answer.isEmpty()
                        ? Outcome.CONNECTION_BROKEN
                        : id.isPresent() ? Outcome.ACCEPTED : Outcome.REFUSED;
        requests.put(number, new Request(lines, isValid, outcome, id));
        return outcome;
    }

    /** Returns lines that all differ. The last line is invalid on request. */
    static byte[] content(String name, int lines, boolean isValid) {
        return IntStream.rangeClosed(1, lines)
                .mapToObj(it -> line(name, it, isValid || it < lines))
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    private static String line(String name, int number, boolean isValid) {
        return """
               {"custom_id":"%2$d","method":"POST","url":"%3$s","body":{"model":"quick","messages":[{"role":"user","content":"%1$s %2$d"}]}}
               """
                .formatted(name, number, isValid ? "/v1/chat/completions" : "/v1/embeddings");
    }

    /** Returns the contents of the completed uploads by name. */
    Map<String, byte[]> files() {
        return files;
    }

    /** Returns the ids of the accepted batches. */
    List<String> accepted() {
        return requests.values().stream().map(Request::id).flatMap(Optional::stream).toList();
    }

    long count(Outcome outcome) {
        return requests.values().stream().filter(it -> it.outcome() == outcome).count();
    }

    /** Returns all batches that gateways list. */
    List<Listed> listed() {
        var all = new ArrayList<Listed>();
        JsonNode page = page("");
        while (!page.path("data").isEmpty()) {
            page.path("data").forEach(it -> all.add(listed(it)));
            page = page("&after=" + page.path("last_id").stringValue());
        }
        return all;
    }

    private JsonNode page(String after) {
        HttpResponse<String> answer = client.get("/batches?limit=100" + after);
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(OK);
        return JSON.readTree(answer.body());
    }

    private Listed listed(JsonNode json) {
        int number = Integer.parseInt(json.at("/metadata/request").stringValue());
        Request request = requests.get(number);
        if (request == null) {
            throw new AssertionError("nobody has requested the batch " + json);
        }
        return new Listed(json.path("id").stringValue(), request, json);
    }
}
