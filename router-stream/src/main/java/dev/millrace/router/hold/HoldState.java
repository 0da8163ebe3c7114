package dev.millrace.router.hold;

import dev.millrace.router.waiting.OldestWaitingJob;

/**
 * What stream threads share about held jobs.
 *
 * @param oldest the oldest held job of each partition
 * @param times how long routed jobs take
 */
public record HoldState(OldestWaitingJob oldest, QueueTimes times) {
    /** Creates the state of a router without jobs. */
    public HoldState() {
        this(new OldestWaitingJob(), new QueueTimes());
    }
}
