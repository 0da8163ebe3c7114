package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.torture.History.SentRecord;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Writes plain records of three tenants and a hostile one at a rate. Used by one thread. */
final class RecordLoad implements Load.Loop {
    private static final String HOSTILE = "mallory";

    /** The tenant whose batches exceed their budgets. */
    private static final String FRUGAL = "globex";

    /** The tenant with a budget for each hour. */
    static final String LIMITED = "initech";

    static final List<String> TENANTS = List.of("acme", "acme", FRUGAL, FRUGAL, LIMITED, HOSTILE);
    private static final int BATCH_JOBS = 400;
    private static final String BATCH_LIMIT = "0.008";
    private static final int LONGEST_DEADLINE_MILLIS = 20_000;

    private final Load.Target target;
    private final RandomGenerator random;
    private @Nullable Request last;
    private int count;

    /** A request that can be repeated. */
    private record Request(String tenant, String batch, String customId, LoadCall call) {
        String jobId() {
            return JobId.of(tenant, batch, customId).value();
        }

        Request with(LoadCall other) {
            return new Request(tenant, batch, customId, other);
        }
    }

    RecordLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
    }

    static boolean canHaveBudget(String tenant) {
        return !tenant.equals("acme") && !tenant.equals(HOSTILE);
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(1).dividedBy(target.recordsPerSecond()));
        String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        String batch = "records-" + ++count / BATCH_JOBS;
        LoadCall call = LoadCall.draw(random, target.marker());
        var request = new Request(tenant, batch, call.marker() + count, call);
        if (!tenant.equals(HOSTILE)) {
            send(request, random.nextInt(20) == 0);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> sendMalformed(request.customId());
            case 1 -> send(last == null ? request : last, false);
            case 2 -> send(request.with(call.withModel("no-such-model")), false);
            default -> send(request, true);
        }
    }

    private void send(Request request, boolean hasDeadline) {
        last = request;
        LoadCall call = request.call();
        Instant end = target.clock().instant().plusMillis(random.nextInt(LONGEST_DEADLINE_MILLIS));
        String deadline = hasDeadline ? ",\"deadline\":\"%s\"".formatted(end) : "";
        String line =
                """
                {"custom_id":"%s","method":"POST","url":"%s","body":%s,\
                "millrace":{"tenant":"%s","batch":"%s","priority":"%s"%s%s}}\
                """
                        .formatted(
                                request.customId(),
                                call.endpoint().url(),
                                call.body(random.nextInt(4) == 0),
                                request.tenant(),
                                request.batch(),
                                LoadModel.priority(random),
                                call.options().isEmpty() ? "" : "," + call.options(),
                                deadline);
        var record = record(request.jobId(), line);
        if (request.tenant().equals(FRUGAL)) {
            record.headers().add(MillraceHeaders.BATCH_LIMIT_USD, BATCH_LIMIT.getBytes(UTF_8));
        }
        send(call.marker(), request.jobId(), record);
    }

    private void sendMalformed(String marker) {
        send(marker, null, record(marker, "{\"custom_id\":\"" + marker + "\",\"body\":"));
    }

    private ProducerRecord<byte[], byte[]> record(String key, String line) {
        String topic = target.cluster().topics().requests();
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), line.getBytes(UTF_8));
    }

    private void send(
            String marker, @Nullable String jobId, ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> _ =
                target.producer()
                        .send(
                                record,
                                (it, _) -> {
                                    // Without success, the offset is -1.
                                    var sent =
                                            new SentRecord(
                                                    marker, jobId, it.partition(), it.offset());
                                    target.history().records().add(sent);
                                });
    }
}
