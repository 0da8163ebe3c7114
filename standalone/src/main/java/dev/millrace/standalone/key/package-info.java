/**
 * {@code millrace keys}: creates, rotates, revokes, deletes and lists the gateway's API keys.
 * Changes and texts are pure; the commands run on the main thread.
 */
@NullMarked
package dev.millrace.standalone.key;

import org.jspecify.annotations.NullMarked;
