package dev.millrace.bench.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

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
        BacklogLoader.load(
                pipeline,
                (question, _) -> Way.known(pipeline, -1 - question, question),
                Way.KNOWN_QUESTIONS,
                clock);
        List<ConsumerRecord<byte[], byte[]>> jobs = jobs(router);
        write(
                (number, _) -> {
                    var headers = jobs.get((int) number).headers();
                    return answer(
                            MillraceHeaders.text(headers, MillraceHeaders.CACHE_KEY).orElseThrow(),
                            new JobId(
                                    MillraceHeaders.text(headers, MillraceHeaders.JOB_ID)
                                            .orElseThrow()),
                            number);
                },
                jobs.size(),
                router);
    }

    private List<ConsumerRecord<byte[], byte[]>> jobs(ChildProcess router) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> jobs = new ArrayList<>();
        try (var reader =
                new CommittedReader(
                        pipeline,
                        List.of(pipeline.jobs(Lane.NORMAL), pipeline.jobs(Lane.BULK)),
                        _ -> -1)) {
            long last = ticker.getAsLong();
            while (jobs.size() < Way.KNOWN_QUESTIONS) {
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

    private ProducerRecord<byte[], byte[]> answer(String cacheKey, JobId job, long number) {
        var answer =
                new ProducerRecord<>(
                        pipeline.answers(), cacheKey.getBytes(UTF_8), BenchAnswer.of(job, number));
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
