/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.contracts.topic;

import org.jspecify.annotations.NullMarked;
