/** The schemas that providers accept for an answer. Pure functions. Depends on {@code field}. */
@NullMarked
package dev.millrace.wire.translate.schema;

import org.jspecify.annotations.NullMarked;
