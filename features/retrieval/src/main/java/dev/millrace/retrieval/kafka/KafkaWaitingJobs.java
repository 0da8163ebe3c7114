package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.job.LookupJob;
import dev.millrace.retrieval.job.LookupJobs;
import dev.millrace.retrieval.job.RetrievedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of jobs that wait for passages and of jobs that have them, on a cluster. Creates its
 * producer for the first job. Belongs to one thread.
 *
 * <p>After a failed write, it must be closed. A process that has lost a partition cannot write its
 * jobs: the transaction contains the membership of the consumer, which the cluster checks.
 */
public final class KafkaWaitingJobs implements LookupJobs {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWaitingJobs.class);
    private static final Duration CLEANUP_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RetrievalClients clients;
    private final String waiting;
    private final String retrieved;
    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier nanoTicker;
    private final Set<Integer> lost = new HashSet<>();
    private final Map<TopicPartition, RecordsToDelete> handled = new HashMap<>();

    /**
     * Assigned partitions in which an earlier owner has possibly handled jobs without deleting
     * them.
     */
    private final Set<TopicPartition> inherited = new HashSet<>();

    private boolean wantsJobs = true;
    private @Nullable List<TopicPartition> documents;
    private @Nullable Producer<byte[], byte[]> producer;
    private @Nullable Admin admin;
    private long cleanedNanos;

    private KafkaWaitingJobs(RetrievalClients clients, LongSupplier nanoTicker) {
        this.clients = clients;
        this.nanoTicker = nanoTicker;
        waiting = clients.topics().retrievals();
        retrieved = clients.topics().retrieved();
        consumer = clients.jobs();
        cleanedNanos = nanoTicker.getAsLong();
    }

    /** Joins the group of retrieval services. */
    public static KafkaWaitingJobs open(RetrievalClients clients, LongSupplier nanoTicker) {
        var jobs = new KafkaWaitingJobs(clients, nanoTicker);
        jobs.consumer.subscribe(List.of(jobs.waiting), jobs.new Rebalances());
        return jobs;
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            inherited.addAll(partitions);
            if (!wantsJobs) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(
                    it -> {
                        lost.add(it.partition());
                        handled.remove(it);
                        inherited.remove(it);
                    });
        }
    }

    @Override
    public List<LookupJob> poll(Duration wait, boolean areWanted) {
        if (wantsJobs != areWanted) {
            wantsJobs = areWanted;
            if (areWanted) {
                consumer.resume(consumer.paused());
            } else {
                consumer.pause(consumer.assignment());
            }
        }
        var jobs = new ArrayList<LookupJob>();
        consumer.poll(wait).forEach(it -> jobs.add(job(it)));
        cleanUp();
        return jobs;
    }

    private static LookupJob job(ConsumerRecord<byte[], byte[]> entry) {
        byte @Nullable [] value = entry.value();
        return new LookupJob(
                entry.partition(),
                entry.offset(),
                entry.timestamp(),
                entry.key(),
                value == null ? new byte[0] : value,
                entry.headers());
    }

    @Override
    public Set<Integer> takeLostPartitions() {
        Set<Integer> taken = Set.copyOf(lost);
        lost.clear();
        return taken;
    }

    /** Returns the end of the topic of documents, of each partition. */
    public Map<Integer, Long> documentEnds() {
        if (documents == null) {
            documents = FollowedTopic.partitions(consumer, clients.topics().documents());
        }
        return FollowedTopic.ends(consumer, documents);
    }

    @Override
    public void write(List<RetrievedJob> jobs) {
        Producer<byte[], byte[]> open = producer();
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        open.beginTransaction();
        for (RetrievedJob it : jobs) {
            LookupJob job = it.job();
            // A failed record fails the commit of its transaction.
            var _ =
                    open.send(
                            new ProducerRecord<>(
                                    retrieved,
                                    job.partition(),
                                    job.timestamp(),
                                    job.key(),
                                    it.value(),
                                    it.headers()));
            offsets.put(
                    new TopicPartition(waiting, job.partition()),
                    new OffsetAndMetadata(job.offset() + 1));
        }
        open.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        open.commitTransaction();
        offsets.forEach(
                (partition, offset) ->
                        handled.put(partition, RecordsToDelete.beforeOffset(offset.offset())));
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = clients.producer();
            producer.initTransactions();
        }
        return producer;
    }

    private void cleanUp() {
        long now = nanoTicker.getAsLong();
        if (now - cleanedNanos < CLEANUP_INTERVAL.toNanos()) {
            return;
        }
        cleanedNanos = now;
        if (!inherited.isEmpty()) {
            addCommitted();
        }
        if (!handled.isEmpty()) {
            delete();
        }
    }

    /** Adds the records that earlier owners of new partitions have handled and not deleted. */
    private void addCommitted() {
        consumer.committed(Set.copyOf(inherited))
                .forEach(
                        (partition, offset) -> {
                            if (offset != null) {
                                handled.putIfAbsent(
                                        partition, RecordsToDelete.beforeOffset(offset.offset()));
                            }
                        });
        inherited.clear();
    }

    /** Deletes jobs that were written back, since their topic keeps them for any time. */
    private void delete() {
        if (admin == null) {
            admin = clients.admin();
        }
        var _ =
                admin.deleteRecords(Map.copyOf(handled))
                        .all()
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        LOG.atDebug()
                                                .addKeyValue("problem", failure.getMessage())
                                                .log(
                                                        "Cannot delete handled jobs; later ones include them");
                                    }
                                });
        handled.clear();
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_WAIT);
        }
        if (admin != null) {
            admin.close(CLOSE_WAIT);
        }
        consumer.close();
    }
}
