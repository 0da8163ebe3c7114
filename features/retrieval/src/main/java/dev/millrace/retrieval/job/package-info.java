/**
 * Gives jobs their passages. Reads waiting jobs, searches once all earlier documents are indexed,
 * and writes the jobs back in one transaction with the progress. One thread. Kafka and the library
 * are behind interfaces of this package.
 */
@NullMarked
package dev.millrace.retrieval.job;

import org.jspecify.annotations.NullMarked;
