/**
 * The JSON Schemas and the AsyncAPI description of the public topics, as the jar of the contracts
 * has them, and the check of records against them. Safe for several threads.
 *
 * <p>Depends on the contracts only.
 */
@NullMarked
package dev.millrace.testclusters.schema;

import org.jspecify.annotations.NullMarked;
