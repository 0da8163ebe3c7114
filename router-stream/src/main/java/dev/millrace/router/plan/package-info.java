/**
 * Chooses the model of a job, or the reason why it gets none. Pure: the time and the models in
 * service are arguments; independent of Kafka.
 */
@NullMarked
package dev.millrace.router.plan;

import org.jspecify.annotations.NullMarked;
