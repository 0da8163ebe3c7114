/** Tests of following a batch. */
@NullMarked
package dev.millrace.sink.follow;

import org.jspecify.annotations.NullMarked;
