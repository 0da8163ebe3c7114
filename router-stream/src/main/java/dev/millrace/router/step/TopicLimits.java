package dev.millrace.router.step;

/** Knows how large records may be. Asked for each record, from any stream thread. */
public interface TopicLimits {
    /** The most bytes that a batch of one record may have; the largest number when not known. */
    int maxRecordBytes(String topic);
}
