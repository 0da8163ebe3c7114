package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.Nullable;

/**
 * A line of an input file as it was, or is to be, published.
 *
 * @param generation which submission of its file it belongs to, from 1
 * @param batch the batch it was submitted in: the file's name or the one that the line claims, with
 *     {@code #n} from the second generation on
 * @param line its number in the file when it was submitted, from 1
 * @param jobId null when the line has no usable custom_id
 * @param repeat whether an earlier line of the same batch has the same job id, so that this one
 *     ends as a dead letter
 * @param published whether Kafka has acknowledged it
 */
public record JournaledLine(
        int generation,
        String batch,
        long line,
        @Nullable String jobId,
        boolean repeat,
        boolean published) {}
