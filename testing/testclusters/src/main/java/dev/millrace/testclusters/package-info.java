/**
 * Clusters for integration tests: an embedded broker with Millrace's topics, and the surroundings
 * of the service under test. Each class is used by one thread.
 *
 * <ul>
 *   <li>{@code secured} clusters with logins, rights and several brokers
 *   <li>{@code browser} a browser for tests of the dashboard
 *   <li>{@code schema} the check of records against the shipped schemas
 * </ul>
 *
 * <p>Only tests use this module. Depends on contracts, producer, simulator and embedded broker, and
 * on no service.
 */
@NullMarked
package dev.millrace.testclusters;

import org.jspecify.annotations.NullMarked;
