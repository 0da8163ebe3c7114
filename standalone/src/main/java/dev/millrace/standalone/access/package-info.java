/**
 * Checks, before a service starts, that its cluster can be reached, accepts its login and gives it
 * its rights; prints the table of rights.
 *
 * <p>Runs on the command's thread. Depends on contracts, on the console package and on Kafka's
 * admin client.
 */
@NullMarked
package dev.millrace.standalone.access;

import org.jspecify.annotations.NullMarked;
