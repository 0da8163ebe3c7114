/** Tests of the models that jobs can name. */
@NullMarked
package dev.millrace.contracts.catalog;

import org.jspecify.annotations.NullMarked;
