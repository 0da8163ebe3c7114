/** Publishes batch lines to the request topic. */
@NullMarked
package dev.millrace.producer;

import org.jspecify.annotations.NullMarked;
