/**
 * Gives jobs their passages: reads jobs that wait, searches once the documents that were published
 * before are indexed, and writes the jobs back in one transaction with the progress. One thread.
 * Kafka and the library are behind interfaces of this package.
 */
@NullMarked
package dev.millrace.retrieval.job;

import org.jspecify.annotations.NullMarked;
