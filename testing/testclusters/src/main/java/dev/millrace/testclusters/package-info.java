/**
 * Clusters for integration tests: an embedded broker with Millrace's topics, and the surroundings
 * of the service under test.
 *
 * <p>Only tests use this module. Each class is used by one thread. Depends on contracts, producer,
 * simulator and embedded broker, and on no service.
 */
@NullMarked
package dev.millrace.testclusters;

import org.jspecify.annotations.NullMarked;
