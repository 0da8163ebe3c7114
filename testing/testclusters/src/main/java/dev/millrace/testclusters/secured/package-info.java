/**
 * Kafka clusters with TLS, logins, an authorizer and several brokers, for the tests of access
 * rights and of broker failures.
 *
 * <p>Only tests use this package. Each class is used by one thread, except the authorizer, which
 * the broker's threads call. Depends on no other package of this project.
 */
@NullMarked
package dev.millrace.testclusters.secured;

import org.jspecify.annotations.NullMarked;
