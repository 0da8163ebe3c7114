/** A store for tests. */
@NullMarked
package dev.millrace.router.entry;

import org.jspecify.annotations.NullMarked;
