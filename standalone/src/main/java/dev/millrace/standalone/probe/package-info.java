/**
 * The health check of containers, on the main thread. It uses nothing but the JDK, because a
 * container starts it every few seconds.
 */
@NullMarked
package dev.millrace.standalone.probe;

import org.jspecify.annotations.NullMarked;
