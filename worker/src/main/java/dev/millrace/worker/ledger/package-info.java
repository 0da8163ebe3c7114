/**
 * The completion ledger: which jobs of a partition are finished, and how that is written into the
 * metadata of a committed offset. Pure state machines and codecs; nothing here talks to Kafka, and
 * each instance belongs to one thread. May depend on nothing of ours.
 */
@NullMarked
package dev.millrace.worker.ledger;

import org.jspecify.annotations.NullMarked;
