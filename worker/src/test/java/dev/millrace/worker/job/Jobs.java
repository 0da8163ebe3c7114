package dev.millrace.worker.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.outcome.AttemptCosts;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Jobs and partitions by themselves. */
public final class Jobs {
    public static final int MAX_ATTEMPTS = 3;
    public static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private static final Model MODEL = Model.of("m", "p", Price.of("1", "2"));
    private static final JobTopic TOPIC = new JobTopic("m", Lane.NORMAL);

    private Jobs() {}

    public static Partition assigned() {
        return assigned(TOPIC);
    }

    private static Partition assigned(JobTopic topic) {
        String name = "millrace.jobs." + topic.model() + "." + topic.lane().word();
        return new Partition(new TopicPartition(name, 0), topic);
    }

    public static Partition active() {
        return active(TOPIC);
    }

    public static Partition active(JobTopic topic) {
        Partition partition = assigned(topic);
        var ledger = PartitionLedger.fresh(new LedgerLimits(4_000, MAX_ATTEMPTS), 0);
        partition.onRestored(ledger, 0, null);
        return partition;
    }

    /** Returns a job of the next offset of an active partition. */
    public static Job ready(Partition partition, long offset) {
        return ready(partition, offset, MODEL, null);
    }

    /** Returns a tenant's job of the next offset of an active partition. */
    public static Job ofTenant(String tenant, Partition partition, long offset) {
        return ready(tenant, partition, offset, MODEL, null);
    }

    /**
     * Returns a job of the next offset of an active partition, which calls the given model.
     *
     * @param tokens the router's estimate; null for none
     */
    public static Job ready(
            Partition partition, long offset, Model model, @Nullable TokenEstimate tokens) {
        return ready("t", partition, offset, model, tokens);
    }

    private static Job ready(
            String tenant,
            Partition partition,
            long offset,
            Model model,
            @Nullable TokenEstimate tokens) {
        String line =
                """
                {"custom_id":"a","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"m","messages":[],"max_tokens":100}}""";
        var record =
                new ConsumerRecord<>(
                        partition.id().topic(), 0, offset, new byte[0], line.getBytes(UTF_8));
        var base =
                new JobHeaders(
                        new JobHeaders.Identity(JobId.of(tenant, "b", "a"), tenant, "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, NOW),
                        new JobHeaders.Route("default", List.of(model.name()), null));
        JobHeaders headers = tokens == null ? base : base.withTokens(tokens);
        partition.ledger().passTo(offset);
        partition.ledger().take(offset, 0);
        var job =
                new Job(
                        partition,
                        record,
                        headers,
                        model,
                        new AttemptCosts(headers, model, "v1", Instant.EPOCH));
        partition.onOpened(job);
        return job;
    }

    /**
     * Returns a ready job before its last attempt; its previous attempt was never ended by its
     * worker.
     */
    public static Job poisonCandidate(Partition partition, long offset) {
        Job job = ready(partition, offset);
        job.onInherited(new OpenJob(offset, MAX_ATTEMPTS - 1, true), MAX_ATTEMPTS);
        return job;
    }

    /** Returns a ready job whose first attempt has failed. */
    public static Job retry(Partition partition, long offset) {
        Job job = ready(partition, offset);
        job.onAnnounced();
        job.onLaunched(NOW);
        var verdict =
                new Verdict.Failed(ErrorCode.SERVER_ERROR, "test", null, null, Billing.NOTHING);
        job.onReport(new CallReport(null, "", verdict, true, Duration.ofMillis(5), null));
        job.makeReady();
        return job;
    }
}
