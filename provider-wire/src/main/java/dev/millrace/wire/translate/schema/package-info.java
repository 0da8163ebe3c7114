/**
 * What the providers accept as a schema that an answer must follow. Pure functions. Depends on
 * {@code field}.
 */
@NullMarked
package dev.millrace.wire.translate.schema;

import org.jspecify.annotations.NullMarked;
