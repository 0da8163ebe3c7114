package dev.millrace.router.split;

import dev.millrace.router.waiting.OldestWaitingJob;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * The collaborators of split jobs, shared by all stream threads.
 *
 * @param oldest keeps the time of the oldest split job of each partition
 * @param partsTopic looks up the id of the parts topic, and may block
 */
public record SplitContext(
        OldestWaitingJob oldest, SplitMetrics metrics, Supplier<Uuid> partsTopic) {}
