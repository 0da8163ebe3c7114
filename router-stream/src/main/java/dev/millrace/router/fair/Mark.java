package dev.millrace.router.fair;

/**
 * Where a tenant is at a model.
 *
 * @param at virtual time that its last job of the normal lane has reached
 * @param weight that it had then, 1 or more
 */
record Mark(double at, int weight) {

    /** How many jobs the tenant is ahead of the virtual time. */
    double ahead(double now) {
        return (at - now) * weight;
    }
}
