/**
 * Chooses the model of a job, or the reason why it gets none: divides the jobs of a rule among its
 * arms, bounds what a job may cost, and estimates its cost to compare models. Pure: the time and
 * the models in service are arguments; independent of Kafka.
 */
@NullMarked
package dev.millrace.router.plan;

import org.jspecify.annotations.NullMarked;
