package dev.millrace.bench.router;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.NumberedRequest;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Ends each job that a contender has routed, as the workers do: the router reads the end of every
 * job. Used by one thread.
 */
final class JobEnds implements AutoCloseable {
    private final BenchPipeline pipeline;
    private final Producer<byte[], byte[]> producer;

    JobEnds(BenchPipeline pipeline) {
        this.pipeline = pipeline;
        producer = new BareClients(pipeline.bootstrap(), "ends").idempotentProducer();
    }

    /** Creates a reader of a contender's output, which ends each job that it reads. */
    CommittedReader reader(RouterContender contender) {
        return new CommittedReader(
                pipeline,
                contender.outputs(pipeline),
                output -> {
                    Future<RecordMetadata> _ =
                            producer.send(NumberedRequest.end(pipeline, output.key()));
                    return NumberedRequest.number(output.value());
                });
    }

    @Override
    public void close() {
        producer.close();
    }
}
