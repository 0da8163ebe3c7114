/** Tests of the topics of documents and of jobs that wait. */
@NullMarked
package dev.millrace.retrieval.kafka;

import org.jspecify.annotations.NullMarked;
