/**
 * Work outside the stream threads: follows pauses, deletes routed requests, and finds lost jobs.
 *
 * <p>Each class has its own thread, which {@link dev.millrace.router.background.BackgroundTasks}
 * stops. Depends on contracts and the control topic.
 */
@NullMarked
package dev.millrace.router.background;

import org.jspecify.annotations.NullMarked;
