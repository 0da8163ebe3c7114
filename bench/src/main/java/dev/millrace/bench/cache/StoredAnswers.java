package dev.millrace.bench.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Stores answers in the cache of a pipeline's router, by writing them as a worker does. */
final class StoredAnswers {
    private static final int KEY_BYTES = 32;
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(5);

    private final BenchCluster cluster;
    private final BenchPipeline pipeline;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private long written;

    StoredAnswers(
            BenchCluster cluster,
            BenchPipeline pipeline,
            InstantSource clock,
            LongSupplier ticker) {
        this.cluster = cluster;
        this.pipeline = pipeline;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Returns the number of answers that were stored. */
    long written() {
        return written;
    }

    /**
     * Asks all known questions and answers them, so that later requests are hits.
     *
     * @throws IOException when the router does not store the answers
     */
    void answerKnownQuestions(ChildProcess router) throws IOException, InterruptedException {
        ask((question, _) -> Way.known(pipeline, -1 - question, question), Way.KNOWN_QUESTIONS);
        answer(jobs(Way.KNOWN_QUESTIONS, router), router);
    }

    /**
     * Asks and answers the known questions again, and those that later ones are similar to.
     *
     * @throws IOException when the router does not store the answers
     */
    void answerSimilarQuestions(ChildProcess router) throws IOException, InterruptedException {
        ask(
                (question, _) ->
                        Way.knownSimilar(pipeline, -1 - Way.KNOWN_QUESTIONS - question, question),
                Way.KNOWN_SIMILAR);
        List<ConsumerRecord<byte[], byte[]>> jobs =
                jobs(Way.KNOWN_QUESTIONS + Way.KNOWN_SIMILAR, router);
        answer(
                jobs.stream()
                        .filter(it -> JobHeaders.cacheGroup(it.headers()).isPresent())
                        .toList(),
                router);
    }

    private void ask(JobFactory questions, int count) {
        BacklogLoader.load(pipeline, questions, count, clock);
    }

    private void answer(List<ConsumerRecord<byte[], byte[]>> jobs, ChildProcess router)
            throws IOException, InterruptedException {
        write((number, _) -> answer(jobs.get((int) number), number), jobs.size(), router);
    }

    /** Answers a job as a worker does: by its cache key, or by its group with the key beside it. */
    private ProducerRecord<byte[], byte[]> answer(ConsumerRecord<byte[], byte[]> job, long number) {
        Headers headers = job.headers();
        String key = MillraceHeaders.text(headers, MillraceHeaders.CACHE_KEY).orElseThrow();
        var id = new JobId(MillraceHeaders.text(headers, MillraceHeaders.JOB_ID).orElseThrow());
        Optional<String> group = JobHeaders.cacheGroup(headers);
        ProducerRecord<byte[], byte[]> answer = answer(group.orElse(key), id, number);
        if (group.isPresent()) {
            MillraceHeaders.put(answer.headers(), MillraceHeaders.CACHE_KEY, key);
        }
        return answer;
    }

    private List<ConsumerRecord<byte[], byte[]>> jobs(int count, ChildProcess router)
            throws IOException {
        List<ConsumerRecord<byte[], byte[]>> jobs = new ArrayList<>();
        try (var reader =
                new CommittedReader(
                        pipeline,
                        List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK)),
                        _ -> -1)) {
            long last = ticker.getAsLong();
            while (jobs.size() < count) {
                int before = jobs.size();
                reader.readRecords(POLL_TIMEOUT, jobs::add);
                last = jobs.size() > before ? ticker.getAsLong() : last;
                requireProgress(router, last);
            }
        }
        return jobs;
    }

    /**
     * Stores answers to questions that nobody asks.
     *
     * @throws IOException when the router does not store the answers
     */
    void fill(int count, ChildProcess router) throws IOException, InterruptedException {
        write(
                (number, _) -> {
                    String key = key(number);
                    return answer(
                            key,
                            JobId.of(NumberedRequest.TENANT, "filled", Long.toString(number)),
                            number);
                },
                count,
                router);
    }

    private static String key(long number) {
        var key = new byte[KEY_BYTES];
        new SplittableRandom(number).nextBytes(key);
        return HexFormat.of().formatHex(key);
    }

    private ProducerRecord<byte[], byte[]> answer(String recordKey, JobId job, long number) {
        var answer =
                new ProducerRecord<>(
                        pipeline.answers(), recordKey.getBytes(UTF_8), BenchAnswer.of(job, number));
        MillraceHeaders.put(
                answer.headers(), MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.put(answer.headers(), MillraceHeaders.JOB_ID, job);
        return answer;
    }

    private void write(JobFactory answers, int count, ChildProcess router)
            throws IOException, InterruptedException {
        BacklogLoader.load(pipeline, answers, count, clock);
        written += count;
        long last = ticker.getAsLong();
        for (long stored = 0; stored < written; ) {
            Thread.sleep(POLL_TIMEOUT);
            long now = cluster.processed(pipeline.routerGroup(), pipeline.answers());
            last = now > stored ? ticker.getAsLong() : last;
            stored = now;
            requireProgress(router, last);
        }
    }

    private void requireProgress(ChildProcess router, long lastNanos) throws IOException {
        if (!router.isAlive() || ticker.getAsLong() - lastNanos > STALL_TIMEOUT.toNanos()) {
            throw new IOException("the router stores no answers: " + router.lastLogLines());
        }
    }
}
