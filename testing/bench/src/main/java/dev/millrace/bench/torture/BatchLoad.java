package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;

import dev.millrace.contracts.job.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits batches by file and batches of messages, and cancels some. Used by one thread. */
final class BatchLoad implements Load.Loop {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String BATCHES = "/v1/batches";
    private static final String MESSAGE_BATCHES = "/v1/messages/batches";
    private static final int MAX_LINES = 60;
    private static final int PAUSE_MILLIS = 5_000;
    private static final int MAX_PAUSE_MILLIS = 15_000;
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

    BatchLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(random.nextInt(PAUSE_MILLIS, MAX_PAUSE_MILLIS));
        Endpoint endpoint = LoadRequest.endpoint(random);
        List<LoadRequest> lines =
                Stream.generate(() -> line(endpoint)).limit(1 + random.nextInt(MAX_LINES)).toList();
        Optional<String> created =
                endpoint == Endpoint.MESSAGES && random.nextBoolean()
                        ? create(MESSAGE_BATCHES, Load.JSON, messageBatch(lines))
                        : batchOfFile(endpoint, lines);
        if (created.isPresent()) {
            String batch = created.get();
            List<String> jobs =
                    lines.stream().map(it -> it.jobId(OperatorLoad.TENANT, batch)).toList();
            target.history().batches().put(batch, jobs);
            if (random.nextInt(4) == 0) {
                cancel(batch, jobs);
            }
        }
    }

    /** Whether or not the answer arrives, the jobs may be cancelled. */
    private void cancel(String batch, List<String> jobs) throws InterruptedException {
        Thread.sleep(random.nextInt(PAUSE_MILLIS));
        target.history().cancelled().addAll(jobs);
        if (create(path(batch) + "/cancel", Load.JSON, "{}").isPresent()) {
            jobs.forEach(it -> target.forbid(it, Long.MAX_VALUE));
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

    /** One in twenty lines has a model that does not exist. */
    private LoadRequest line(Endpoint endpoint) {
        LoadRequest request = LoadRequest.draw(random, target.marker()).with(endpoint);
        return random.nextInt(20) == 0 ? request.withUnknownModel() : request;
    }

    private static String messageBatch(List<LoadRequest> lines) {
        return lines.stream()
                .map(
                        it ->
                                "{\"custom_id\":\"%s\",\"params\":%s}"
                                        .formatted(it.customId(), it.gatewayBody(false)))
                .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
    }

    /**
     * Uploads a file and submits it. A submission whose connection breaks may have been accepted;
     * the check does not need it. One in eight files has a malformed line, and is refused.
     */
    private Optional<String> batchOfFile(Endpoint endpoint, List<LoadRequest> lines)
            throws InterruptedException {
        boolean isMalformed = random.nextInt(8) == 0;
        String limit = random.nextInt(4) == 0 ? ",\"millrace\":{\"max_cost_usd\":0.001}" : "";
        String content =
                lines.stream()
                        .map(it -> it.line(false, it.options()))
                        .collect(Collectors.joining("\n", "", isMalformed ? "\n{" : "\n"));
        String form = PART + content + "\r\n--part--\r\n";
        Optional<String> file = create("/v1/files", "multipart/form-data; boundary=part", form);
        if (file.isEmpty()) {
            return file;
        }
        String batch =
                "{\"input_file_id\":\"%s\",\"endpoint\":\"%s\",\"completion_window\":\"24h\"%s}"
                        .formatted(file.get(), endpoint.url(), limit);
        return create(BATCHES, Load.JSON, batch).filter(_ -> !isMalformed);
    }

    /** Returns the id of what was created; empty if it was refused or the connection broke. */
    private Optional<String> create(String path, String type, String body)
            throws InterruptedException {
        return target.send(target.post(random, path, type, body).timeout(TIMEOUT))
                .filter(it -> it.statusCode() == HTTP_OK)
                .map(it -> JSON.readTree(it.body()).path("id").stringValue());
    }
}
