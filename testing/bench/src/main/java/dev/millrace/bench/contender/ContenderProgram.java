package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.TransactionalHop;
import dev.millrace.bench.process.ServedProgram;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A program that runs one contender until its parent stops it. */
public final class ContenderProgram {
    private ContenderProgram() {}

    /**
     * Runs the contender.
     *
     * @param args arguments from {@link ContenderTask#arguments}
     */
    public static void main(String[] args) throws Exception {
        ContenderTask task = ContenderTask.parse(args);
        ServedProgram.serve(task.contender().toString(), start(task));
    }

    /** Starts a contender and returns at once. */
    private static AutoCloseable start(ContenderTask task) throws Exception {
        return switch (task.contender()) {
            case VIRTUAL -> startLoop(new ThreadPerRecord(task));
            case SHARE -> startShareGroup(task);
            case HOP ->
                    startLoop(
                            new TransactionalHop(
                                    task.clients().consumer(task.jobTopics()),
                                    task.clients().transactionalProducer(),
                                    jobs -> copies(task, jobs),
                                    System::nanoTime));
            case PARALLEL, PARALLEL_TX -> ConfluentParallelConsumer.start(task);
            case MILLRACE -> startWorker(task, "", "");
            case LIMITED ->
                    startWorker(
                            task,
                            "limits: { concurrency: 1000000 }",
                            "limits: { requests_per_minute: 1000000000, tokens_per_minute:"
                                    + " 1000000000000 }");
        };
    }

    /**
     * Runs a loop on a daemon thread. Unfinished work at the end of the process does not matter.
     */
    private static AutoCloseable startLoop(Runnable loop) {
        Thread.ofPlatform().daemon().name("loop").start(loop);
        return () -> {};
    }

    /** Starts a share group with a member for each partition. */
    private static AutoCloseable startShareGroup(ContenderTask task) throws Exception {
        task.clients().configureShareGroup();
        int members = task.pipeline().partitions();
        int maxRecords = Math.max(1, task.concurrency() / members);
        var answered = new AnsweredJobs(task);
        for (int i = 0; i < members; i++) {
            startLoop(new ShareGroupMember(task, maxRecords, answered));
        }
        return answered;
    }

    private static List<ProducerRecord<byte[], byte[]>> copies(
            ContenderTask task, ConsumerRecords<byte[], byte[]> jobs) {
        List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
        jobs.forEach(it -> copies.add(new ProducerRecord<>(task.results(), it.key(), it.value())));
        return copies;
    }

    /** Runs the worker unchanged, except that in-process work replaces its HTTP calls. */
    private static AutoCloseable startWorker(
            ContenderTask task, String ofProvider, String ofModel) {
        URI provider =
                task.work() instanceof Work.OverHttp it ? it.provider() : BenchPipeline.NO_PROVIDER;
        MillraceConfig config =
                BenchPipeline.parse(
                        task.pipeline()
                                .yaml(
                                        provider,
                                        ofProvider,
                                        ofModel,
                                        "max_in_flight: " + task.concurrency()));
        var settings =
                new WorkerSettings(
                        config,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom());
        return task.work() instanceof Work.InProcess it
                ? Worker.start(settings, new DelayedProviders(it.time(), System::nanoTime))
                : Worker.start(settings);
    }
}
