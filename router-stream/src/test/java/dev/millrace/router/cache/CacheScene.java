package dev.millrace.router.cache;

import java.util.List;

/** Three jobs with identical requests. */
class CacheScene {
    final CacheWorld world = new CacheWorld();
    final Job first = world.job("first", 1);
    final Job second = world.job("second", 1);
    final Job third = world.job("third", 1);

    void lookUp(Job... jobs) {
        List.of(jobs).forEach(world::lookUp);
    }
}
