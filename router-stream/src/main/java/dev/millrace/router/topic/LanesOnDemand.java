package dev.millrace.router.topic;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.TopicSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topic of a lane when the first job for it arrives, see {@link Lane#isOnDemand}. That
 * job waits until the topic can be used, for a bounded time: in the lane {@code normal}, it and the
 * jobs behind it would lose their priority. If the cluster refuses to create the topic, or takes
 * longer, the lane's jobs go to the lane {@code normal}.
 *
 * <p>Shared by all stream threads, which wait together.
 */
public final class LanesOnDemand {
    private static final Logger LOG = LoggerFactory.getLogger(LanesOnDemand.class);

    private final TopicAvailability available;
    private final Map<String, TopicSpec> lanes;
    private final TopicCreator creator;
    private final Duration patience;

    /** Topics whose creation was already requested. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    @FunctionalInterface
    public interface TopicCreator {
        /**
         * Creates a topic unless it exists. The stage completes on any thread when the topic can be
         * used, and may fail.
         */
        CompletionStage<Void> create(TopicSpec topic);
    }

    /**
     * @param lanes the topics to create, by name
     * @param patience longest wait of the first job for a topic
     */
    public LanesOnDemand(
            TopicAvailability available,
            Map<String, TopicSpec> lanes,
            TopicCreator creator,
            Duration patience) {
        this.available = available;
        this.lanes = Map.copyOf(lanes);
        this.creator = creator;
        this.patience = patience;
    }

    /**
     * Returns the size limit for a batch of one record, as {@link TopicAvailability} does. Requests
     * the creation of the topic if it belongs to a lane and is missing, and waits for it.
     */
    public int maxRecordBytes(String topic) {
        int limit = available.maxRecordBytes(topic);
        if (limit > 0) {
            return limit;
        }
        createIfMissing(topic);
        return available.maxRecordBytes(topic);
    }

    private synchronized void createIfMissing(String topic) {
        TopicSpec lane = lanes.get(topic);
        if (lane == null || available.names().contains(topic) || !asked.add(topic)) {
            return;
        }
        CompletionStage<Void> usable = creator.create(lane).thenCompose(_ -> available.refresh());
        var _ =
                usable.whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                onFailed(topic, failure);
                            }
                        });
        await(usable);
    }

    private void await(CompletionStage<Void> usable) {
        try {
            usable.toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // The job goes to the lane normal.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The client has repeated a temporary failure for a minute, so the next job can request the
     * topic again.
     */
    private void onFailed(String topic, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RetriableException) {
            asked.remove(topic);
            return;
        }
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("problem", String.valueOf(cause.getMessage()))
                .log(
                        "The router cannot create the topic of a lane, whose jobs go to the lane"
                                + " normal; \"millrace topics apply\" creates it");
    }
}
