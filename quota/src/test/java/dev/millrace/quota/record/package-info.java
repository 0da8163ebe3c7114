/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.quota.record;

import org.jspecify.annotations.NullMarked;
