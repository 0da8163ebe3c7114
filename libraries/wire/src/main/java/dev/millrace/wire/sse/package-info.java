/**
 * Splits bytes into <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">
 * server-sent events</a>. Each parser is used by one thread. Depends on {@code json} for other
 * charsets than UTF-8.
 */
@NullMarked
package dev.millrace.wire.sse;

import org.jspecify.annotations.NullMarked;
