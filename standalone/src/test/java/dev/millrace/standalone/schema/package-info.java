/**
 * Tests of {@code docs/schemas}: the schemas and the AsyncAPI description of the public topics say
 * what the code writes and reads, and what examples and a pipeline's records are.
 */
@NullMarked
package dev.millrace.standalone.schema;

import org.jspecify.annotations.NullMarked;
