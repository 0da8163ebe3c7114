package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.torture.ClientHistory.SentRecord;
import dev.millrace.contracts.header.MillraceHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    private static final byte[] BATCH_LIMIT = "0.008".getBytes(UTF_8);
    private static final int LONGEST_DEADLINE_MILLIS = 20_000;

    private final Load.Target target;
    private final RandomGenerator random;
    private final Duration pause;
    private @Nullable Job last;
    private int count;

    /** A job that can be submitted again. */
    private record Job(String tenant, String batch, LoadRequest request) {}

    RecordLoad(Load.Target target, RandomGenerator random, int recordsPerSecond) {
        this.target = target;
        this.random = random;
        pause = Duration.ofSeconds(1).dividedBy(recordsPerSecond);
    }

    static boolean canHaveBudget(String tenant) {
        return !tenant.equals("acme") && !tenant.equals(HOSTILE);
    }

    @Override
    public void runOnce() throws InterruptedException {
        Thread.sleep(pause);
        String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        String batch = "records-" + ++count / BATCH_JOBS;
        LoadRequest request = LoadRequest.draw(random, target.marker());
        var job = new Job(tenant, batch, request);
        if (!tenant.equals(HOSTILE)) {
            send(job, random.nextInt(20) == 0);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> send(request.marker(), null, record(request.customId(), "{\"custom_id\":"));
            case 1 -> send(last == null ? job : last, false);
            case 2 -> send(new Job(tenant, batch, request.withUnknownModel()), false);
            default -> send(job, true);
        }
    }

    private void send(Job job, boolean hasDeadline) {
        last = job;
        LoadRequest request = job.request();
        Instant end = target.clock().instant().plusMillis(random.nextInt(LONGEST_DEADLINE_MILLIS));
        String members =
                "\"tenant\":\"%s\",\"batch\":\"%s\",\"priority\":\"%s\"%s%s"
                        .formatted(
                                job.tenant(),
                                job.batch(),
                                LoadModel.priority(random),
                                request.options().isEmpty() ? "" : "," + request.options(),
                                hasDeadline ? ",\"deadline\":\"%s\"".formatted(end) : "");
        String id = request.jobId(job.tenant(), job.batch());
        var record = record(id, request.line(random.nextInt(4) == 0, members));
        if (job.tenant().equals(FRUGAL)) {
            record.headers().add(MillraceHeaders.BATCH_LIMIT_USD, BATCH_LIMIT);
        }
        send(request.marker(), id, record);
    }

    private ProducerRecord<byte[], byte[]> record(String key, String line) {
        String topic = target.cluster().topics().requests();
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), line.getBytes(UTF_8));
    }

    /** Notes the record when Kafka has answered; without success, its offset is -1. */
    private void send(
            String marker, @Nullable String jobId, ProducerRecord<byte[], byte[]> record) {
        Queue<SentRecord> sent = target.history().records();
        target.send(
                record,
                (it, _) -> sent.add(new SentRecord(marker, jobId, it.partition(), it.offset())));
    }
}
