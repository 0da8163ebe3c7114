package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A tenant that does everything that it is allowed to do, at maximum load, until it is closed. */
final class NoisyTenant implements AutoCloseable {
    /** The kinds of noise that the tenant makes. */
    enum Noise {
        HUGE_UPLOADS(2, 100),
        SLOW_UPLOADS(30, 0),
        SLOW_DOWNLOADS(30, 0),
        EVENT_STREAMS(200, 0),
        ONE_LINE_BATCHES(4, 20),
        CANCELS(4, 20),
        DISCONNECTS(4, 20),
        WRONG_JOBS(4, 20),
        POISON_RECORDS(1, 10),
        RECORDS_OF_1970(1, 10),
        PARKED_JOBS(1, 5_000),
        BATCHES_OF_A_BROKEN_TOPIC(2, 100);

        private final int threads;
        private final int pauseMillis;

        /**
         * @param threads number of threads that make this noise concurrently
         * @param pauseMillis pause of each thread before each action: all tenants share the
         *     processors, whose limits are not the subject of this test
         */
        Noise(int threads, int pauseMillis) {
            this.threads = threads;
            this.pauseMillis = pauseMillis;
        }
    }

    private static final int HUGE_BYTES = 6 << 20;

    /** Created once, so that the client's work is not measured as the server's. */
    private static final byte[] HUGE_UPLOAD = multipart("x".repeat(HUGE_BYTES));

    private static final byte[] SLOW_UPLOAD = multipart("x".repeat(HUGE_BYTES / 4));

    private static final int PARKED_LINES = Integer.getInteger("millrace.noisy.parked", 10_000);

    /** Bytes that a slow reader or writer takes at once, ten times a second. */
    private static final int SLOW_BYTES = 40;

    private static final int PAUSE_MILLIS = 100;

    /** Factor of the pauses: with 1, the tenant and its servers take all of two processors. */
    private static final int PAUSE_FACTOR = Integer.getInteger("millrace.noisy.pauses", 1);

    private final URI gateway;
    private final String key;
    private final String keyOfBrokenTopic;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> kafka;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Noise, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();

    /**
     * Starts the noise.
     *
     * @param gateway base URL, ending with {@code /v1}
     * @param key of a tenant with its own request topic
     * @param keyOfBrokenTopic of a tenant whose request topic does not exist
     * @param topic request topic of the first tenant, which is also written directly
     */
    NoisyTenant(URI gateway, String key, String keyOfBrokenTopic, String servers, String topic) {
        this.gateway = gateway;
        this.key = key;
        this.keyOfBrokenTopic = keyOfBrokenTopic;
        this.topic = topic;
        kafka =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        for (Noise noise : Noise.values()) {
            counts.put(noise, new AtomicLong());
            for (int i = 0; i < noise.threads; i++) {
                var _ = executor.submit(() -> repeat(noise));
            }
        }
    }

    /** Returns the number of batches of one line that were submitted. */
    long submitted() {
        return count(Noise.ONE_LINE_BATCHES).get();
    }

    /** Returns true if the tenant has made every kind of noise. */
    boolean isComplete() {
        return counts.values().stream().allMatch(it -> it.get() > 0);
    }

    private AtomicLong count(Noise noise) {
        return Objects.requireNonNull(counts.get(noise));
    }

    /** Returns how often the tenant made each kind of noise. */
    Map<Noise, AtomicLong> counts() {
        return counts;
    }

    /** Returns the number of answers by status. */
    Map<Integer, AtomicLong> statuses() {
        return statuses;
    }

    private Void repeat(Noise noise) throws Exception {
        String file = noise == Noise.PARKED_JOBS ? upload(lines(PARKED_LINES)) : upload(lines(1));
        while (!isEnded(noise.pauseMillis * PAUSE_FACTOR)) {
            try {
                count(noise).incrementAndGet();
                make(noise, file);
            } catch (IOException _) {
                // The gateway has closed the connection, as it may.
            }
        }
        return null;
    }

    private void make(Noise noise, String file) throws Exception {
        switch (noise) {
            case HUGE_UPLOADS -> send(key, "POST", "/files", HUGE_UPLOAD);
            case SLOW_UPLOADS -> uploadSlowly();
            case SLOW_DOWNLOADS -> readSlowly("/files/" + file + "/content");
            case EVENT_STREAMS -> readSlowly("/jobs/" + UUID.randomUUID() + "/events");
            case ONE_LINE_BATCHES -> submit(key, file, "0.01");
            case CANCELS -> {
                Optional<String> id = submit(key, file, "0.01");
                send(key, "POST", "/batches/" + id.orElse("none") + "/cancel", new byte[0]);
            }
            case DISCONNECTS -> disconnect();
            case WRONG_JOBS -> send(key, "POST", "/jobs", "{\"url\":7}".getBytes(UTF_8));
            case POISON_RECORDS -> produce("\u0000}{", System.currentTimeMillis());
            case RECORDS_OF_1970 -> produce(line(UUID.randomUUID().toString()), 0L);
            case PARKED_JOBS -> submit(key, file, "0.000001");
            case BATCHES_OF_A_BROKEN_TOPIC ->
                    submit(keyOfBrokenTopic, upload(keyOfBrokenTopic, lines(1)), "1");
        }
    }

    /** Returns true if the noise has ended, at the latest after a time. */
    private boolean isEnded(int millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    private static String line(String id) {
        return """
               {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"quick","messages":[{"role":"user","content":"noise %s"}]}}
               """
                .formatted(id, id);
    }

    private static String lines(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line("n" + i));
        }
        return text.toString();
    }

    private static byte[] multipart(String content) {
        return GatewayClient.multipart("noise.jsonl", content.getBytes(UTF_8));
    }

    private String upload(String content) throws IOException {
        return upload(key, content);
    }

    private String upload(String by, String content) throws IOException {
        return id(send(by, "POST", "/files", multipart(content))).orElse("file-none");
    }

    private Optional<String> submit(String by, String file, String limit) throws IOException {
        String body =
                """
                {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h","millrace":{"max_cost_usd":%s}}
                """
                        .formatted(file, limit);
        return id(send(by, "POST", "/batches", body.getBytes(UTF_8)));
    }

    private static Optional<String> id(String answer) {
        int start = answer.indexOf("\"id\":\"");
        return start < 0
                ? Optional.empty()
                : Optional.of(answer.substring(start + 6, answer.indexOf('"', start + 6)));
    }

    private void produce(String value, long timestamp) {
        var _ =
                kafka.send(
                        new ProducerRecord<>(
                                topic,
                                null,
                                timestamp,
                                UUID.randomUUID().toString().getBytes(UTF_8),
                                value.getBytes(UTF_8)));
    }

    private Socket connect() throws IOException {
        return new Socket(gateway.getHost(), gateway.getPort());
    }

    private byte[] head(String by, String method, String path, int length) {
        String type =
                path.equals("/files") ? "multipart/form-data; boundary=part" : "application/json";
        return """
                %s %s%s HTTP/1.1\r
                Host: %s\r
                Authorization: Bearer %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                Connection: close\r
                \r
                """
                .formatted(
                        method, gateway.getPath(), path, gateway.getAuthority(), by, type, length)
                .getBytes(UTF_8);
    }

    private String send(String by, String method, String path, byte[] body) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(by, method, path, body.length));
            out.write(body);
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            countStatus(answer);
            return answer;
        }
    }

    private void countStatus(String answer) {
        if (answer.length() > 12) {
            int status = Integer.parseInt(answer.substring(9, 12));
            statuses.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
        }
    }

    private void disconnect() throws IOException {
        byte[] body =
                "{\"model\":\"slow\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(UUID.randomUUID())
                        .getBytes(UTF_8);
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(key, "POST", "/chat/completions", body.length));
            out.write(body);
            out.flush();
        }
    }

    private void uploadSlowly() throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(key, "POST", "/files", SLOW_UPLOAD.length));
            for (int i = 0; i < SLOW_UPLOAD.length && !isEnded(PAUSE_MILLIS); i += SLOW_BYTES) {
                out.write(SLOW_UPLOAD, i, Math.min(SLOW_BYTES, SLOW_UPLOAD.length - i));
                out.flush();
            }
        }
    }

    private void readSlowly(String path) throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            socket.setReceiveBufferSize(4_096);
            OutputStream out = socket.getOutputStream();
            out.write(head(key, "GET", path, 0));
            out.flush();
            InputStream in = socket.getInputStream();
            while (!isEnded(PAUSE_MILLIS) && in.readNBytes(SLOW_BYTES).length > 0) {
                out.flush();
            }
        }
    }

    @Override
    public void close() {
        ended.countDown();
        kafka.close();
        executor.shutdownNow();
        executor.close();
    }
}
