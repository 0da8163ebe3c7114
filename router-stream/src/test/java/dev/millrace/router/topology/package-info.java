/**
 * Tests of the whole topology without a broker, and {@link
 * dev.millrace.router.topology.RouterDriver}, which runs it.
 */
@NullMarked
package dev.millrace.router.topology;

import org.jspecify.annotations.NullMarked;
