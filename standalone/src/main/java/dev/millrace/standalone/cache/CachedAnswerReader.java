package dev.millrace.standalone.cache;

import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.CachedAnswersView;
import dev.millrace.router.cache.store.CachedAnswersView.CachedAnswer;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads cached answers from the changelog of the routers' store, one partition after another, so
 * that only one partition is in memory.
 *
 * @param nanoTicker ticker for the timeout
 */
record CachedAnswerReader(PipelineClient client, LongSupplier nanoTicker) {
    private static final Comparator<CachedAnswer> BY_CREATION =
            Comparator.comparingLong(it -> it.info().createdMillis());

    /** Returns the newest answers that pass the filter, newest first; none if no router has run. */
    List<CachedAnswer> newest(int most, Predicate<CachedAnswer> filter) {
        var kept = new PriorityQueue<>(BY_CREATION);
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, nanoTicker);
            String topic = client.topics().routerGroup() + "-" + CacheStore.NAME + "-changelog";
            for (TopicPartition partition : reader.partitions(topic)) {
                var view = new CachedAnswersView();
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                reader.read(List.of(partition), it -> view.onRecord(it.key(), it.value()));
                view.answers().filter(filter).forEach(it -> keep(it, kept, most));
            }
        }
        return kept.stream().sorted(BY_CREATION.reversed()).toList();
    }

    private static void keep(CachedAnswer answer, PriorityQueue<CachedAnswer> kept, int most) {
        kept.add(answer);
        if (kept.size() > most) {
            kept.remove();
        }
    }
}
