/** Tests of the tenants' pace. */
@NullMarked
package dev.millrace.router.exposure;

import org.jspecify.annotations.NullMarked;
