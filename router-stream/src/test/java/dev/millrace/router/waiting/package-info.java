/** Jobs that wait, and how they end. */
@NullMarked
package dev.millrace.router.waiting;

import org.jspecify.annotations.NullMarked;
