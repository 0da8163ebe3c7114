/**
 * How a job that leaves the choice of its model to us gets one: rules with conditions on what the
 * job is, and what follows from them. How policies are read from a file and written as text.
 *
 * <p>Values only, safe on any thread. Which job meets which condition is the router's to find out.
 * Depends on {@code catalog}, {@code job} and on the reading of YAML.
 */
@NullMarked
package dev.millrace.contracts.policy;

import org.jspecify.annotations.NullMarked;
