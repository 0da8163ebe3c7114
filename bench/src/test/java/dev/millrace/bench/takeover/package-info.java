/** Tests of what measures how one router takes over from another. */
@NullMarked
package dev.millrace.bench.takeover;

import org.jspecify.annotations.NullMarked;
