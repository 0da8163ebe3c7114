/**
 * Which model a job goes to, or why it goes to none. Pure: the time and the models in service are
 * arguments; nothing here knows of Kafka but for the names of things.
 */
@NullMarked
package dev.millrace.router.plan;

import org.jspecify.annotations.NullMarked;
