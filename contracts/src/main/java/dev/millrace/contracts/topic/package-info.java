/**
 * Names and settings of the topics, and the recognition of corrupt batches in them. Pure values,
 * except {@link dev.millrace.contracts.topic.UnknownTopicRetry}, which waits on the caller's
 * thread.
 */
@NullMarked
package dev.millrace.contracts.topic;

import org.jspecify.annotations.NullMarked;
