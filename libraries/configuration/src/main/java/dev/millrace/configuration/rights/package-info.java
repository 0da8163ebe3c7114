/**
 * The rights that each service and each kind of user needs on a Kafka cluster with an authorizer.
 *
 * <p>Values only, safe on any thread. Depends on the parent package and on contracts.
 *
 * <p>{@code docs/decisions/005-access.md} has the reasons.
 */
@NullMarked
package dev.millrace.configuration.rights;

import org.jspecify.annotations.NullMarked;
