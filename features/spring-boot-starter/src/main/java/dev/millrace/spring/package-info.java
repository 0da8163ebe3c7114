/**
 * Configures the Java client in Spring Boot applications, and calls their methods with results.
 *
 * <p>Each method with {@link dev.millrace.spring.MillraceListener} runs on a separate thread.
 * Depends on the client.
 */
@NullMarked
package dev.millrace.spring;

import org.jspecify.annotations.NullMarked;
