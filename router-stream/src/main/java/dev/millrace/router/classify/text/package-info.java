/**
 * Reads texts in place, as spans of a record, so that a request of megabytes is never decoded as a
 * whole. Any thread. Depends on no other package of Millrace.
 */
@NullMarked
package dev.millrace.router.classify.text;

import org.jspecify.annotations.NullMarked;
