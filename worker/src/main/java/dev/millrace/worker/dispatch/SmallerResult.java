package dev.millrace.worker.dispatch;

import dev.millrace.contracts.result.JobEnding;
import dev.millrace.worker.commit.PendingWrite.Substitute;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the records of an ended job if they are too large for a topic. First keeps the result,
 * but shares the answer of a job with a cache key with no other job. If the result is too large
 * too, an error replaces the provider's answer. If the error is too large, it leaves out metadata
 * and passages.
 *
 * @param smaller makes the records from the reason of the rejection
 */
record SmallerResult(
        Function<String, List<ProducerRecord<byte[], byte[]>>> smaller, @Nullable Substitute next)
        implements Substitute {

    /**
     * Returns the substitute for the records of an ended job.
     *
     * @param ended the records of the job, with its shared answer
     */
    static Substitute of(
            JobEnding.Settled ending,
            List<ProducerRecord<byte[], byte[]>> ended,
            OutputRecords outputs) {
        var smallest = new SmallerResult(outputs.withoutExtras(ending), null);
        var withoutAnswer = new SmallerResult(outputs.withoutAnswer(ending), smallest);
        return ending.job().receivers().cacheKey() == null
                ? withoutAnswer
                : new SmallerResult(_ -> outputs.unshared(ended), withoutAnswer);
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> records(String reason) {
        return smaller.apply(reason);
    }
}
