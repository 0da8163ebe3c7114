/** The worker: takes jobs from Kafka, calls providers, and writes results. */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
