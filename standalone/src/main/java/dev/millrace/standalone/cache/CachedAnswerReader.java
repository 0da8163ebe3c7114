package dev.millrace.standalone.cache;

import dev.millrace.router.cache.store.AnswerInfo;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.cache.store.EntryView;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.TopicEndReader;
import dev.millrace.standalone.feature.Features;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads cached answers from the changelog of the routers' store, one partition after another, so
 * that only one partition is in memory.
 *
 * @param nanoTicker ticker for the timeout
 */
record CachedAnswerReader(PipelineClient client, LongSupplier nanoTicker) {
    private static final Comparator<CachedAnswer> BY_CREATION =
            Comparator.comparingLong(it -> it.info().createdMillis());

    /**
     * A cached answer.
     *
     * @param question its question, if similar questions can get the answer; otherwise null
     */
    record CachedAnswer(String cacheKey, AnswerInfo info, @Nullable StoredQuestion question) {}

    /** Returns the newest answers that pass the filter, newest first; none if no router has run. */
    List<CachedAnswer> newest(int most, Predicate<CachedAnswer> filter) {
        var kept = new PriorityQueue<>(BY_CREATION);
        try (var consumer = client.consumer("earliest")) {
            var reader = new TopicEndReader(consumer, nanoTicker);
            String topic = client.topics().routerGroup() + "-" + CacheStore.NAME + "-changelog";
            for (TopicPartition partition : reader.partitions(topic)) {
                var answers = AnswerInfo.view();
                List<EntryView<? extends StoredQuestion>> questions = new ArrayList<>();
                Features.QUESTIONS.forEach(it -> questions.add(it.get()));
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                reader.read(
                        List.of(partition),
                        it -> {
                            answers.onRecord(it.key(), it.value());
                            questions.forEach(view -> view.onRecord(it.key(), it.value()));
                        });
                answers.hashes()
                        .flatMap(
                                key ->
                                        answers
                                                .find(key)
                                                .map(
                                                        info ->
                                                                new CachedAnswer(
                                                                        key,
                                                                        info,
                                                                        question(key, questions)))
                                                .stream())
                        .filter(filter)
                        .forEach(it -> keep(it, kept, most));
            }
        }
        return kept.stream().sorted(BY_CREATION.reversed()).toList();
    }

    private static @Nullable StoredQuestion question(
            String cacheKey, List<EntryView<? extends StoredQuestion>> questions) {
        return questions.stream()
                .<StoredQuestion>flatMap(it -> it.find(cacheKey).stream())
                .findFirst()
                .orElse(null);
    }

    private static void keep(CachedAnswer answer, PriorityQueue<CachedAnswer> kept, int most) {
        kept.add(answer);
        if (kept.size() > most) {
            kept.remove();
        }
    }
}
