/**
 * Tables that say what becomes of every field, and the reader that enforces them: code that reads
 * an object through {@link dev.millrace.translation.field.Fields} cannot overlook a field. Also
 * what the providers accept as a schema that an answer must follow. Tables are immutable; readers
 * are used by one thread. Depends on wire.
 */
@NullMarked
package dev.millrace.translation.field;

import org.jspecify.annotations.NullMarked;
