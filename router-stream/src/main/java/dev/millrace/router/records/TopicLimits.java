package dev.millrace.router.records;

/** Provides the record size limits of topics. Called for each record, from any stream thread. */
public interface TopicLimits {
    /**
     * Returns the size limit for a batch of one record: 0 when the topic accepts no records, {@link
     * Integer#MAX_VALUE} when its limit is unknown.
     */
    int maxRecordBytes(String topic);
}
