package dev.millrace.bench.torture;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Submits batches by file, and cancels some. Used by one thread. */
final class BatchLoad implements Load.Loop {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int OK = 200;
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

    BatchLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(PAUSE_MILLIS + random.nextInt(MAX_PAUSE_MILLIS));
        List<String> lines =
                Stream.generate(() -> target.marker().next())
                        .limit(1 + random.nextInt(MAX_LINES))
                        .toList();
        Optional<String> file = upload(lines);
        Optional<String> batch = file.isEmpty() ? file : submit(file.get(), lines);
        if (batch.isPresent() && random.nextInt(4) == 0) {
            Thread.sleep(random.nextInt(PAUSE_MILLIS));
            // Whether or not the answer arrives, the batch may be cancelled.
            target.history().addCancellation(batch.get());
            post("/v1/batches/" + batch.get() + "/cancel", "application/json", "{}");
        }
    }

    private Optional<String> upload(List<String> lines) throws InterruptedException {
        String content =
                lines.stream()
                        .map(
                                it ->
                                        "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}\n"
                                                .formatted(
                                                        it,
                                                        LoadModel.body(
                                                                LoadModel.draw(random), it, false)))
                        .collect(Collectors.joining());
        return post(
                "/v1/files",
                "multipart/form-data; boundary=part",
                PART + content + "\r\n--part--\r\n");
    }

    /** A submission whose connection breaks may have been accepted; the check does not need it. */
    private Optional<String> submit(String file, List<String> lines) throws InterruptedException {
        Optional<String> batch =
                post(
                        "/v1/batches",
                        "application/json",
                        "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}"
                                .formatted(file));
        batch.ifPresent(it -> target.history().addBatch(it, lines));
        return batch;
    }

    /** Returns the id of what was created; empty if it was refused or the connection broke. */
    private Optional<String> post(String path, String type, String body)
            throws InterruptedException {
        return target.post(random, TIMEOUT, path, body, "Content-Type", type)
                .filter(it -> it.statusCode() == OK)
                .map(it -> JSON.readTree(it.body()).path("id").stringValue());
    }
}
