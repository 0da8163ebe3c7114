/**
 * The health check of containers, on the main thread. It uses nothing but the JDK, because a
 * container starts it every few seconds.
 *
 * <p>{@code docs/decisions/026-deployment.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.probe;

import org.jspecify.annotations.NullMarked;
