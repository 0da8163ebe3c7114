/**
 * Divides what all tenants share, so that one tenant cannot take all of it. Safe on any thread,
 * except where a class says otherwise. Knows no other package.
 */
@NullMarked
package dev.millrace.gateway.tenant;

import org.jspecify.annotations.NullMarked;
