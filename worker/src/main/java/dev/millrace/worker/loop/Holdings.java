package dev.millrace.worker.loop;

/** What the loop holds at this moment. Belongs to the loop's thread. */
final class Holdings {
    private int openJobs;
    private long openBytes;
    private long bufferedBytes;
    private long settledBytes;
    private int inFlight;

    void onOpened(Job job) {
        openJobs++;
        openBytes += job.bytes();
    }

    void onEnded(Job job) {
        openJobs--;
        openBytes -= job.bytes();
    }

    /** Records that were polled and not yet taken; a negative number when they are. */
    void onBuffered(long bytes) {
        bufferedBytes += bytes;
    }

    /** Records to be committed; a negative number when they are. */
    void onSettled(long bytes) {
        settledBytes += bytes;
    }

    void onStarted() {
        inFlight++;
    }

    void onFinished() {
        inFlight--;
    }

    int openJobs() {
        return openJobs;
    }

    int inFlight() {
        return inFlight;
    }

    /** Results that wait for their commit. */
    long settledBytes() {
        return settledBytes;
    }

    /** Jobs and results; without what waits to be taken. */
    long takenBytes() {
        return openBytes + settledBytes;
    }

    long allBytes() {
        return takenBytes() + bufferedBytes;
    }
}
