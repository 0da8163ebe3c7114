package dev.millrace.router.edge;

/** Knows how large records may be. Asked for each record, from any stream thread. */
public interface TopicLimits {
    /**
     * The most bytes that a batch of one record may have: 0 when nothing can be written to the
     * topic, the largest number when its limit is not known.
     */
    int maxRecordBytes(String topic);
}
