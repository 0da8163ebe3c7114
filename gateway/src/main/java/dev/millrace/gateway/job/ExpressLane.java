package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.job.CallPlanner.PlannedCall;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans the calls that need no state of the router, so that they bypass it: each goes straight to
 * the express lane of its model. Thread-safe.
 */
final class ExpressLane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpressLane.class);

    private final CallPlanner planner;
    private final Supplier<Optional<ControlState>> control;
    private final Topics topics;
    private final ExpressTopics usable;
    private final Map<JobId, PlannedCall> running = new ConcurrentHashMap<>();

    private ExpressLane(
            CallPlanner planner,
            Supplier<Optional<ControlState>> control,
            Topics topics,
            ExpressTopics usable) {
        this.planner = planner;
        this.control = control;
        this.topics = topics;
        this.usable = usable;
    }

    static ExpressLane open(JobSettings settings, JobClient.Routing routing, LongSupplier ticker) {
        var topics = new Topics(settings.topics().prefix());
        return new ExpressLane(
                routing.planner(),
                routing.control(),
                topics,
                new ExpressTopics(
                        Admin.create(KafkaClient.ADMIN.properties(settings.kafka())),
                        topics.workerGroup(),
                        settings.models().stream()
                                .map(it -> topics.jobs(it, Lane.EXPRESS))
                                .collect(Collectors.toUnmodifiableSet()),
                        ticker));
    }

    /**
     * A call that bypasses the router.
     *
     * @param record the record of its job
     */
    record ExpressCall(ProducerRecord<byte[], byte[]> record, JobHeaders.Route route) {}

    /**
     * Plans a call, which counts as running until {@link #onEnded}.
     *
     * @return empty if the call has to go through the router
     */
    Optional<ExpressCall> plan(RequestLine line, JobId job, SubmissionHeaders submission) {
        if (!usable.isAnyUsable()) {
            return Optional.empty();
        }
        try {
            return control.get()
                    .flatMap(it -> planner.plan(line, job, submission, it))
                    .flatMap(it -> record(it, job, line));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            // If the router cannot plan the call either, it ends the job with the failure.
            LOG.atWarn().setCause(e).log("A call cannot be planned here and goes to the router");
            return Optional.empty();
        }
    }

    private Optional<ExpressCall> record(PlannedCall planned, JobId job, RequestLine line) {
        String topic = topics.jobs(planned.headers().model(), Lane.EXPRESS);
        if (!usable.isUsable(topic)) {
            planned.onEnd().run();
            return Optional.empty();
        }
        running.put(job, planned);
        var record = new ProducerRecord<>(topic, job.value().getBytes(UTF_8), line.bytes());
        planned.headers().writeTo(record.headers());
        return Optional.of(new ExpressCall(record, planned.headers().route()));
    }

    /** Records that a job has ended, or that its end is no longer awaited. */
    void onEnded(JobId job) {
        PlannedCall ended = running.remove(job);
        if (ended != null) {
            ended.onEnd().run();
        }
    }

    /** Records that a topic has refused a job: the next calls go through the router. */
    void onRefused(String topic) {
        usable.onRefused(topic);
    }

    @Override
    public void close() {
        usable.close();
    }
}
