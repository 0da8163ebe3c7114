package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.torture.History.SentRecord;
import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Writes plain records of two tenants and a hostile one at a rate. Used by one thread. */
final class RecordLoad implements Load.Loop {
    private static final String HOSTILE = "mallory";
    private static final List<String> TENANTS =
            List.of("acme", "acme", "globex", "globex", HOSTILE);
    private static final String BATCH = "records";
    private static final int LONGEST_DEADLINE_MILLIS = 20_000;

    private final Load.Target target;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Request last;

    /** A request that can be repeated. */
    private record Request(String tenant, String marker) {
        String jobId() {
            return JobId.of(tenant, BATCH, marker).value();
        }
    }

    RecordLoad(
            Load.Target target,
            Producer<byte[], byte[]> producer,
            InstantSource clock,
            RandomGenerator random) {
        this.target = target;
        this.producer = producer;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(1).dividedBy(target.recordsPerSecond()));
        String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        var request = new Request(tenant, target.marker().next());
        if (!tenant.equals(HOSTILE)) {
            send(request, LoadModel.draw(random), random.nextInt(20) == 0);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> sendMalformed(request.marker());
            case 1 -> repeatLast(request);
            case 2 -> send(request, "no-such-model", false);
            default -> send(request, LoadModel.draw(random), true);
        }
    }

    private void repeatLast(Request otherwise) {
        send(last == null ? otherwise : last, LoadModel.draw(random), false);
    }

    private void send(Request request, String model, boolean hasDeadline) {
        last = request;
        String deadline =
                hasDeadline
                        ? ",\"deadline\":\"%s\""
                                .formatted(
                                        clock.instant()
                                                .plusMillis(
                                                        random.nextInt(LONGEST_DEADLINE_MILLIS)))
                        : "";
        String line =
                """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":%s,\
                "millrace":{"tenant":"%s","batch":"%s","priority":"%s"%s}}\
                """
                        .formatted(
                                request.marker(),
                                LoadModel.body(model, request.marker(), random.nextInt(4) == 0),
                                request.tenant(),
                                BATCH,
                                LoadModel.priority(random),
                                deadline);
        send(request.marker(), request.jobId(), line);
    }

    private void sendMalformed(String marker) {
        send(marker, null, "{\"custom_id\":\"" + marker + "\",\"body\":");
    }

    private void send(String marker, @Nullable String jobId, String line) {
        byte[] key = (jobId == null ? marker : jobId).getBytes(UTF_8);
        var record = new ProducerRecord<>(target.topics().requests(), key, line.getBytes(UTF_8));
        Future<RecordMetadata> _ =
                producer.send(
                        record,
                        (written, failure) ->
                                target.history().add(sent(marker, jobId, written, failure)));
    }

    private static SentRecord sent(
            String marker,
            @Nullable String jobId,
            RecordMetadata written,
            @Nullable Exception failure) {
        return failure == null
                ? new SentRecord(marker, jobId, written.partition(), written.offset())
                : new SentRecord(marker, jobId, -1, -1);
    }
}
