/**
 * The router: Kafka Streams under exactly-once v2, from the request topics to the job topics, the
 * results and the dead letters. {@link dev.millrace.router.Router} starts and stops it; the steps
 * are in {@code step}. What they pass on is in {@code flow}, what records must be like to come in
 * and go out in {@code edge}. What they decide by: {@code classify} what a job is, {@code policy}
 * and {@code plan} its model, {@code seen} whether it is a repeat, {@code exposure} how many jobs
 * an arm with a guard may have, {@code fair} its lane, {@code watch} when a guard is breached and a
 * ramp goes on.
 *
 * <p>Streams' own threads run it. Depends on contracts, control topic and config reader.
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
