/**
 * {@code millrace topics} and {@code millrace rights}: what the cluster must have before a service
 * starts. {@link dev.millrace.standalone.cluster.TopicActions} decides which topics to create or
 * adjust; {@link dev.millrace.standalone.cluster.TopicAdmin} does it. {@link
 * dev.millrace.standalone.cluster.AccessCheck} checks the login and the rights; {@link
 * dev.millrace.standalone.cluster.RoleRights} lists the rights of each service and kind of user.
 *
 * <p>Runs on the caller's thread. Depends on contracts, shared options and Kafka's admin client.
 */
@NullMarked
package dev.millrace.standalone.cluster;

import org.jspecify.annotations.NullMarked;
