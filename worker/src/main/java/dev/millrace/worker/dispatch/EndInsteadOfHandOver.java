package dev.millrace.worker.dispatch;

import dev.millrace.contracts.result.JobEnding;
import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Ends a job whose hand-over the cluster refuses, with the error that caused the fallback. */
record EndInsteadOfHandOver(JobEnding.Settled ending, OutputRecords outputs, WorkerMetrics metrics)
        implements PendingWrite.Substitute {
    @Override
    public List<ProducerRecord<byte[], byte[]>> records(String reason) {
        metrics.onEnded(Objects.requireNonNull(ending.calls().model()), ending.error());
        return outputs.of(ending);
    }

    @Override
    public PendingWrite.Substitute next() {
        return SmallerResult.of(ending, outputs.of(ending), outputs);
    }
}
