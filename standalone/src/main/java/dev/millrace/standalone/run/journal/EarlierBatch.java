package dev.millrace.standalone.run.journal;

import java.time.Instant;

/**
 * The batch of a file that an earlier run has read.
 *
 * @param file id of the file
 * @param name name of the batch
 * @param fileName name that the user gave to the file
 * @param readAt when a run last began to publish lines of the file
 */
public record EarlierBatch(long file, String name, String fileName, Instant readAt) {}
