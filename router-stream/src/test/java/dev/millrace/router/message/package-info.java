/** Tests of the messages between steps. */
@NullMarked
package dev.millrace.router.message;

import org.jspecify.annotations.NullMarked;
