package dev.millrace.bench.cluster;

import dev.millrace.contracts.job.Lane;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Creates jobs of one model.
 *
 * @param first number that is added to each job's number, so that jobs of two models differ
 */
public record ModelJobs(BenchPipeline pipeline, String model, long first) implements JobFactory {
    @Override
    public ProducerRecord<byte[], byte[]> of(long number, Instant submittedAt) {
        return NumberedJob.of(
                pipeline.jobs(model, Lane.NORMAL), null, model, first + number, submittedAt);
    }
}
