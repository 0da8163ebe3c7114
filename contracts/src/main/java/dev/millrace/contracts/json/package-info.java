/** JSON as bytes: read and written without building trees. Stateless, from any thread. */
@NullMarked
package dev.millrace.contracts.json;

import org.jspecify.annotations.NullMarked;
