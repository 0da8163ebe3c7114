package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.Nullable;

/**
 * A line of an input file, with the batch and the line number under which it is published.
 *
 * @param generation generation of the file to which the line belongs, from 1
 * @param batch batch of the line: the batch that the line names, or else the name of the file; with
 *     the suffix {@code #n} from the second generation on
 * @param line number of the line in the file when it was submitted, from 1
 * @param jobId id of the job; null when the line has no usable custom_id
 * @param isRepeat true if an earlier line of the batch, or a job of another command, has this job
 *     id; the line then ends as a dead letter
 * @param isPublished true if Kafka has acknowledged the line
 */
public record JournaledLine(
        int generation,
        String batch,
        long line,
        @Nullable String jobId,
        boolean isRepeat,
        boolean isPublished) {}
