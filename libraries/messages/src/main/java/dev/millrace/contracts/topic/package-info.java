/**
 * Names and settings of the topics, and the recognition of corrupt batches in them. Pure values.
 */
@NullMarked
package dev.millrace.contracts.topic;

import org.jspecify.annotations.NullMarked;
