/**
 * Text where it stands in a record: ranges of its bytes, read character by character, so that a
 * request of megabytes is never decoded as a whole. Any thread; depends on nothing of ours.
 */
@NullMarked
package dev.millrace.router.classify.text;

import org.jspecify.annotations.NullMarked;
