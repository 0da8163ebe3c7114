package dev.millrace.router.hold;

import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.waiting.OldestWaitingJob;

/**
 * What stream threads share about held jobs.
 *
 * @param oldest the oldest held job of each partition
 * @param times how long routed jobs take
 * @param traces learns for what jobs have waited
 */
public record HoldState(OldestWaitingJob oldest, QueueTimes times, Traces traces) {
    /** Creates the state of a router without jobs. */
    public HoldState(Traces traces) {
        this(new OldestWaitingJob(), new QueueTimes(), traces);
    }
}
