package dev.millrace.worker.dispatch;

import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.outcome.FinishedJob;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The end of a job whose hand-over the cluster refuses: the result has the error for which the job
 * would have fallen back.
 */
record EndInsteadOfHandOver(FinishedJob finished, OutputRecords outputs, WorkerMetrics metrics)
        implements PendingWrite.Substitute {
    @Override
    public List<ProducerRecord<byte[], byte[]>> records(String reason) {
        metrics.onEnded(finished.headers().model(), finished.outcome().error());
        return outputs.of(finished);
    }

    @Override
    public PendingWrite.Substitute next() {
        return UnsharedResult.of(finished, outputs.of(finished), outputs);
    }
}
