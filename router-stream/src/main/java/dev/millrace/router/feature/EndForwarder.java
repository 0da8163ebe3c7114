package dev.millrace.router.feature;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.BuriedRecord;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.records.TerminalRecord;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Record;

/** Makes, counts and forwards the records of the jobs that a router ends. */
public final class EndForwarder {
    /** Bytes that the record of a result has besides its value: headers and framing. */
    private static final int OVERHEAD_BYTES = 1_024;

    private final EndWriter writer;
    private final InstantSource clock;
    private final RouterMetrics metrics;
    private final String sink;

    /**
     * @param sink name of the sink of terminal records
     */
    public EndForwarder(EndWriter writer, InstantSource clock, RouterMetrics metrics, String sink) {
        this.writer = writer;
        this.clock = clock;
        this.metrics = metrics;
        this.sink = sink;
    }

    public static EndForwarder of(RouterContext router, Topics topics, String sink) {
        var writer =
                new EndWriter(
                        topics,
                        () -> router.limits().maxRecordBytes(topics.results()) - OVERHEAD_BYTES);
        return new EndForwarder(writer, router.clock(), router.metrics(), sink);
    }

    public EndWriter.Written write(JobEnding ending) {
        return writer.write(ending);
    }

    /** Writes and forwards the end of a job; returns how it ended. */
    public JobEnding end(StepContext<Object> step, JobEnding ending) {
        EndWriter.Written written = write(ending);
        forward(step, written);
        return written.ending();
    }

    /**
     * Forwards the end of a job, and counts it if the router refused the job a call. A part is not
     * counted: its parent is, if it fails.
     */
    public void forward(StepContext<Object> step, EndWriter.Written written) {
        JobEnding ending = written.ending();
        ErrorCode error = ending.error();
        if (ending instanceof JobEnding.Settled
                && error != null
                && ending.job().receivers().parent() == null
                && ending.calls().attempts() == 0
                && ending.cache().equals(Provenance.CACHE_MISS)) {
            metrics.onRejected(error);
        }
        written.records().forEach(it -> forward(step, it));
    }

    /** Forwards a dead letter that ends no job. */
    public void bury(StepContext<Object> step, BuriedRecord letter) {
        forward(step, writer.deadLetter(letter));
    }

    /**
     * Forwards a record with the current time. With the request's timestamp, retention would delete
     * the end of an old request.
     */
    private void forward(StepContext<Object> step, ProducerRecord<byte[], byte[]> record) {
        step.forwardTo(
                sink,
                new Record<>(
                        record.key(), TerminalRecord.of(record), clock.millis(), record.headers()));
    }
}
