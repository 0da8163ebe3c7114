package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits batches by file and batches of messages, and cancels some. Used by one thread. */
final class BatchLoad implements Load.Loop {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String JSON_TYPE = "application/json";
    private static final String BATCHES = "/v1/batches";
    private static final String MESSAGE_BATCHES = "/v1/messages/batches";
    private static final int MAX_LINES = 60;
    private static final int PAUSE_MILLIS = 5_000;
    private static final int MAX_PAUSE_MILLIS = 10_000;
    private static final String PART =
            """
            --part\r
            Content-Disposition: form-data; name="purpose"\r
            \r
            batch\r
            --part\r
            Content-Disposition: form-data; name="file"; filename="torture.jsonl"\r
            \r
            """;

    private final Load.Target target;
    private final RandomGenerator random;

    private record Line(String customId, LoadCall call) {
        String json() {
            return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":%s,\"millrace\":{%s}}\n"
                    .formatted(customId, call.endpoint().url(), call.body(false), call.options());
        }
    }

    BatchLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(PAUSE_MILLIS + random.nextInt(MAX_PAUSE_MILLIS));
        Endpoint endpoint = LoadCall.endpoint(random);
        List<Line> lines =
                IntStream.range(0, 1 + random.nextInt(MAX_LINES))
                        .mapToObj(it -> line(it, endpoint))
                        .toList();
        Optional<String> batch =
                endpoint == Endpoint.MESSAGES && random.nextBoolean()
                        ? create(MESSAGE_BATCHES, JSON_TYPE, messageBatch(lines))
                        : batchOfFile(endpoint, lines);
        batch.ifPresent(
                it ->
                        target.history()
                                .batches()
                                .put(it, lines.stream().map(Line::customId).toList()));
        if (batch.isPresent() && random.nextInt(4) == 0) {
            Thread.sleep(random.nextInt(PAUSE_MILLIS));
            // Whether or not the answer arrives, the batch may be cancelled.
            target.history().cancelled().add(batch.get());
            create(path(batch.get()) + "/cancel", JSON_TYPE, "{}")
                    .ifPresent(_ -> lines.forEach(it -> forbid(batch.get(), it.customId())));
        }
    }

    /** Returns where a gateway shows a batch. */
    static String path(String batch) {
        return (batch.startsWith("msg") ? MESSAGE_BATCHES : BATCHES) + "/" + batch;
    }

    /** Returns true if a batch, as a gateway shows it, has ended with a number of answers. */
    static boolean hasEnded(String batch, long succeeded) {
        JsonNode json = JSON.readTree(batch);
        JsonNode counts = json.path("request_counts");
        long answers = counts.path("completed").asLong() + counts.path("succeeded").asLong();
        String status = json.path("status").asString(json.path("processing_status").asString(""));
        return answers == succeeded && List.of("completed", "cancelled", "ended").contains(status);
    }

    private void forbid(String batch, String customId) {
        String job = JobId.of(OperatorLoad.TENANT, batch, customId).value();
        target.forbid(job, Long.MAX_VALUE);
    }

    /** One in twenty lines has a model that does not exist. */
    private Line line(int number, Endpoint endpoint) {
        LoadCall call = LoadCall.draw(random, target.marker()).with(endpoint);
        return new Line(
                call.marker() + number,
                random.nextInt(20) == 0 ? call.withModel("no-such-model") : call);
    }

    private static String messageBatch(List<Line> lines) {
        return lines.stream()
                .map(
                        it ->
                                "{\"custom_id\":\"%s\",\"params\":%s}"
                                        .formatted(it.customId(), it.call().gatewayBody(false)))
                .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
    }

    /**
     * Uploads a file and submits it. A submission whose connection breaks may have been accepted;
     * the check does not need it. One in eight files has a malformed line, and is refused.
     */
    private Optional<String> batchOfFile(Endpoint endpoint, List<Line> lines)
            throws InterruptedException {
        String content = lines.stream().map(Line::json).collect(Collectors.joining());
        boolean isMalformed = random.nextInt(8) == 0;
        String limit = random.nextInt(4) == 0 ? ",\"millrace\":{\"max_cost_usd\":0.001}" : "";
        Optional<String> file =
                create(
                        "/v1/files",
                        "multipart/form-data; boundary=part",
                        PART
                                + content
                                + (isMalformed ? "{\"custom_id\":" : "")
                                + "\r\n--part--\r\n");
        Optional<String> batch =
                file.isEmpty()
                        ? file
                        : create(
                                BATCHES,
                                JSON_TYPE,
                                "{\"input_file_id\":\"%s\",\"endpoint\":\"%s\",\"completion_window\":\"24h\"%s}"
                                        .formatted(file.get(), endpoint.url(), limit));
        return isMalformed ? Optional.empty() : batch;
    }

    /** Returns the id of what was created; empty if it was refused or the connection broke. */
    private Optional<String> create(String path, String type, String body)
            throws InterruptedException {
        return target.post(random, TIMEOUT, path, body, "Content-Type", type)
                .filter(it -> it.statusCode() == HTTP_OK)
                .map(it -> JSON.readTree(it.body()).path("id").stringValue());
    }
}
